import type {
  ApprovalView,
  Client,
  Completed,
  NewAppointment,
  NewAssignment,
  OfficerView,
  Outcome,
  RecoveryRequestView,
  RevocationReason,
  Standing,
} from '#client';
import {
  CreatePostDocument,
  InvitationsDocument,
  OrphanedDocumentsDocument,
  ReachDocument,
  RetryJobsDocument,
  WithdrawInvitationDocument,
} from '#contracts';
import { marking } from '#policy';

import { fingerprintGroups } from '../fingerprint.js';
import { qrCode } from './letter.js';
import { pageOfPeople, personFile } from './people.js';
import { postRows } from './posts.js';
import type {
  AdministrationArea,
  ClaimRow,
  ClearanceForm,
  InvitationForm,
  InvitationRow,
  Letter,
  NewPostForm,
  PeoplePage,
  PeopleQuestion,
  PersonFile,
  PostRow,
  RefusedWork,
  Touched,
  Waiting,
} from './protocol.js';

/** So many invitations and papers are looked at; more than that no officer keeps waiting. */
const PAGE = 100;
const DECIDED = ['APPROVED', 'REFUSED', 'WITHDRAWN', 'EXPIRED'] as const;

export class AdministrationDesk implements AdministrationArea {
  constructor(private readonly client: () => Client) {}

  async waiting(): Promise<Waiting> {
    const client = this.client();
    const standing = await this.standing();
    const may = async <Result>(permission: string, ask: () => Promise<Result>): Promise<Result | undefined> =>
      standing.permissions.includes(permission) ? ask() : undefined;
    const { alarms } = await client.log.show();
    return {
      standing,
      claims: await may('directory.enrol', async () => (await client.listClaims()).length),
      approvals: await may('directory.statements', async () => (await this.approvals('open')).filter(isForMe).length),
      returns: await may('directory.statements', async () => (await this.returns()).length),
      campaigns: await may('delivery.campaigns', () => campaignsUnderWay(client)),
      alarms: alarms.filter(({ endedAt }) => endedAt === undefined).length,
      auditLost: (await client.audit.memory()).lost.length,
      orphans: await may('knowledge.manage', () => orphansOf(client)),
    };
  }

  standing(): Promise<Standing> {
    return this.client().administration.standing();
  }

  people(question: PeopleQuestion): Promise<PeoplePage> {
    return pageOfPeople(this.client(), question);
  }

  person(id: string): Promise<PersonFile> {
    return personFile(this.client(), id);
  }

  posts(): Promise<readonly PostRow[]> {
    return postRows(this.client());
  }

  async openPost({ country, ...form }: NewPostForm): Promise<void> {
    const client = this.client();
    const kind = country === undefined ? 'DEPARTMENT' : 'MISSION';
    const place = country === undefined ? {} : { country: country.toUpperCase() };
    await client.execute(CreatePostDocument, { input: { id: crypto.randomUUID(), kind, ...form, ...place } });
    await client.posts();
  }

  officers(): Promise<readonly OfficerView[]> {
    return Promise.resolve(this.client().administration.officers());
  }

  assign(personId: string, assignment: Required<NewAssignment>): Promise<void> {
    return this.client().administration.assign(personId, assignment);
  }

  async clear(personId: string, clearance: ClearanceForm | undefined): Promise<void> {
    const client = this.client();
    const { id: policy } = await client.policy();
    await client.administration.clear(personId, clearance && { policy, ...clearance });
  }

  appoint(personId: string, appointment: NewAppointment): Promise<void> {
    return this.client().administration.appoint(personId, appointment);
  }

  async touchedBy(deviceIds: readonly string[]): Promise<Touched> {
    const { reach } = await this.client().execute(ReachDocument, { deviceIds: [...deviceIds] });
    return { devices: deviceIds.length, conversations: reach.conversations, others: reach.others };
  }

  revokeDevice(deviceId: string, reason: RevocationReason): Promise<void> {
    return this.client().revokeDevice(deviceId, reason);
  }

  revokePerson(personId: string, reason: RevocationReason): Promise<Outcome> {
    return this.client().administration.revokePeople([personId], reason);
  }

  async invite({ clearance, ...form }: InvitationForm): Promise<Letter> {
    const client = this.client();
    const { id: policy } = await client.policy();
    const invited = await client.invite({ ...form, clearance: { policy, ...clearance } });
    const { personName: officerName, ministryName, server, rootFingerprint } = await client.whoami();
    const post = (await client.posts()).find(({ id }) => id === form.postId);
    const { personName, title } = form;
    const parties = { personName, title, postName: post?.name ?? '', officerName, ministryName };
    return {
      ...invited,
      ...parties,
      server,
      rootGroups: fingerprintGroups(rootFingerprint),
      code: qrCode(invited.link),
    };
  }

  async invitations(): Promise<readonly InvitationRow[]> {
    const client = this.client();
    const { invitations } = await client.execute(InvitationsDocument, { first: PAGE });
    const proofs = new Map((await client.listClaims()).map(({ invitationId, proof }) => [invitationId, proof]));
    return invitations.edges.map(({ node }) => ({ ...node, proof: proofs.get(node.id) }));
  }

  async withdraw(id: string): Promise<void> {
    await this.client().execute(WithdrawInvitationDocument, { id });
  }

  async claims(): Promise<readonly ClaimRow[]> {
    const client = this.client();
    const policy = await client.policy();
    const claims = await client.listClaims();
    return claims.map((claim) => ({ ...claim, marking: claim.clearance ? marking(claim.clearance, policy) : '' }));
  }

  async complete(invitationId: string): Promise<readonly Completed[]> {
    const completed = await this.client().completeEnrolments([invitationId]);
    await this.client().catchUp();
    return completed;
  }

  async approvals(which: 'open' | 'decided'): Promise<readonly ApprovalView[]> {
    const { approvals } = this.client().administration;
    if (which === 'decided') {
      const lists = await Promise.all(DECIDED.map((state) => approvals.list(state)));
      return lists.flat().toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
    }
    // one by one: lists leave the texts of policies out, which an officer has to read
    return Promise.all((await approvals.list()).map(({ id }) => approvals.get(id)));
  }

  approve(shown: ApprovalView): Promise<void> {
    return this.client().administration.approve(shown);
  }

  async refuse(approvalId: string): Promise<void> {
    await this.client().administration.approvals.refuse(approvalId);
  }

  identityLink(personId: string): Promise<string> {
    return this.client().administration.identityLink(personId);
  }

  rotateIdentity(personId: string, request: string): Promise<Outcome> {
    return this.client().administration.rotateIdentity(personId, request.trim());
  }

  returns(): Promise<readonly RecoveryRequestView[]> {
    return this.client().recovery.requests();
  }

  async decideReturn(id: string, isApproved: boolean): Promise<void> {
    const { recovery } = this.client();
    await (isApproved ? recovery.approve(id) : recovery.refuse(id));
  }

  async retryJobs({ kind, code }: RefusedWork): Promise<void> {
    await this.client().execute(RetryJobsDocument, { kind, code });
  }
}

const isForMe = ({ own }: ApprovalView): boolean => !own;

async function campaignsUnderWay({ campaigns }: Client): Promise<{ open: number; late: number }> {
  const open = (await campaigns.list()).filter(({ endedAt }) => endedAt === undefined);
  const late = open.filter(
    ({ deadline, membersDone, members }) => Date.parse(deadline) < Date.now() && membersDone < members,
  );
  return { open: open.length, late: late.length };
}

async function orphansOf(client: Client): Promise<number> {
  return (await client.execute(OrphanedDocumentsDocument, { first: PAGE })).orphanedDocuments.edges.length;
}
