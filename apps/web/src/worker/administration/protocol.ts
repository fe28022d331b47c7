import type {
  ApprovalView,
  ClaimView,
  Completed,
  Invited,
  NewAppointment,
  NewAssignment,
  OfficerView,
  Outcome,
  PersonView,
  RecoveryRequestView,
  RevocationReason,
  Standing,
} from '#client';
import type { HealthQuery, InvitationsQuery, PostKind, Role } from '#contracts';
import type { CategoryValues } from '#policy';

/** A row of the list of people. */
export interface PersonRow extends Pick<
  PersonView,
  'id' | 'name' | 'title' | 'postId' | 'postName' | 'verification' | 'revoked'
> {
  /** Of the clearance, as people read it; empty without one. */
  readonly marking: string;
  readonly roles: readonly string[];
  /** In use. */
  readonly devices: number;
}

export interface PeopleQuestion {
  /** Words that stand in the name, the title or the post. */
  readonly words?: string;
  readonly postId?: string;
  /** Where the page before ended. */
  readonly after?: string;
}

export interface PeoplePage {
  readonly rows: readonly PersonRow[];
  readonly total: number;
  /** Undefined at the end. */
  readonly next: string | undefined;
}

/** Everything that the administration knows of a person. */
export interface PersonFile extends PersonRow {
  readonly level: string | undefined;
  readonly categories: readonly CategoryValues[];
  readonly clearedUntil: string | undefined;
  readonly rolesUntil: string | undefined;
  readonly appointment: OfficerView | undefined;
  readonly deviceList: readonly FiledDevice[];
}

export interface FiledDevice {
  readonly id: string;
  readonly name: string;
  readonly revoked: boolean;
  readonly own: boolean;
  /** The hour in which it last opened a session, by the server's word. */
  readonly seenAt: string | undefined;
}

/** A department or mission, with its place among the others. */
export interface PostRow {
  readonly id: string;
  readonly name: string;
  readonly kind: PostKind;
  readonly country: string | undefined;
  readonly timeZone: string;
  readonly parentId: string | undefined;
  readonly people: number;
}

export interface NewPostForm {
  readonly name: string;
  readonly country?: string;
  readonly timeZone: string;
  readonly parentId?: string;
}

/** What somebody may read: a level of the policy in force, with values of its categories. */
export interface ClearanceForm {
  readonly level: string;
  readonly categories: readonly CategoryValues[];
  /** RFC 3339. */
  readonly until?: string;
}

export interface InvitationForm {
  readonly personName: string;
  readonly postId: string;
  /** Empty: none. */
  readonly title: string;
  readonly clearance: ClearanceForm;
  readonly roles: readonly Role[];
  readonly validHours: number;
}

/** What is printed for the person. The link is shown once. */
export interface Letter extends Invited {
  readonly personName: string;
  /** Empty: none. */
  readonly title: string;
  readonly postName: string;
  readonly ministryName: string;
  readonly officerName: string;
  readonly server: string;
  /** Fingerprint of the ministry's root as the profile shows it: four hexadecimal digits each. */
  readonly rootGroups: readonly string[];
  /** Modules of the link's QR code, rows from the top. */
  readonly code: readonly (readonly boolean[])[];
}

export type InvitationRow = InvitationsQuery['invitations']['edges'][number]['node'] & {
  readonly proof: ClaimView['proof'] | undefined;
};

/** A claim that an officer can look at before signing. */
export interface ClaimRow extends ClaimView {
  readonly marking: string;
}

/** What an act would touch. */
export interface Touched {
  readonly devices: number;
  readonly conversations: number;
  /** Devices of others that change the keys of these conversations. */
  readonly others: number;
}

/** Work of the server's that failed too often, by its kind and the code of the last failure. */
export type RefusedWork = HealthQuery['health']['jobs']['refused'][number];

/** What waits, by what this person may see; undefined where that is nothing of theirs. */
export interface Waiting {
  readonly standing: Standing;
  readonly claims: number | undefined;
  readonly approvals: number | undefined;
  readonly returns: number | undefined;
  readonly campaigns: { readonly open: number; readonly late: number } | undefined;
  readonly alarms: number;
  readonly auditLost: number;
  readonly orphans: number | undefined;
}

/** People, posts, officers, what two officers decide together, and work that waits for somebody who mends its cause. */
export interface AdministrationArea {
  waiting(): Promise<Waiting>;
  standing(): Promise<Standing>;

  people(question: PeopleQuestion): Promise<PeoplePage>;
  /** Troubles: NOT_FOUND. */
  person(id: string): Promise<PersonFile>;
  posts(): Promise<readonly PostRow[]>;
  openPost(form: NewPostForm): Promise<void>;
  officers(): Promise<readonly OfficerView[]>;

  /** In the place of what was said before. Troubles: STATEMENT_INVALID, CONFLICT. */
  assign(personId: string, assignment: Required<NewAssignment>): Promise<void>;
  clear(personId: string, clearance: ClearanceForm | undefined): Promise<void>;
  appoint(personId: string, appointment: NewAppointment): Promise<void>;

  touchedBy(deviceIds: readonly string[]): Promise<Touched>;
  revokeDevice(deviceId: string, reason: RevocationReason): Promise<void>;
  revokePerson(personId: string, reason: RevocationReason): Promise<Outcome>;

  invite(form: InvitationForm): Promise<Letter>;
  invitations(): Promise<readonly InvitationRow[]>;
  withdraw(invitationId: string): Promise<void>;
  claims(): Promise<readonly ClaimRow[]>;
  complete(invitationId: string): Promise<readonly Completed[]>;

  /** Those that wait, or those that were decided. */
  approvals(which: 'open' | 'decided'): Promise<readonly ApprovalView[]>;
  /** Signs what was shown. Troubles: APPROVAL_OWN, APPROVAL_CLOSED, STATEMENT_INVALID. */
  approve(shown: ApprovalView): Promise<void>;
  refuse(approvalId: string): Promise<void>;

  /** For somebody whose identity key is lost: with it a new device asks for another. No secret. */
  identityLink(personId: string): Promise<string>;
  rotateIdentity(personId: string, request: string): Promise<Outcome>;
  /** People without any device who wait for an officer. */
  returns(): Promise<readonly RecoveryRequestView[]>;
  decideReturn(id: string, isApproved: boolean): Promise<void>;

  /** Has all such work tried again, from the beginning. Troubles: NOT_FOUND where there is none any more, FORBIDDEN. */
  retryJobs(work: RefusedWork): Promise<void>;
}
