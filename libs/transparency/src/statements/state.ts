import { toHex } from '#primitives/verify';

import { StatementError } from './error.js';
import { Table } from './table.js';

/** What an officer may do; `witness` and `assign` are held here and used by the log and by role statements. */
export const POWERS = ['assign', 'clear', 'enrol', 'revoke', 'witness'] as const;
export type Power = (typeof POWERS)[number];

export const REVOCATION_REASONS = ['COMPROMISED', 'LOST', 'RETIRED', 'STOLEN', 'WITHDRAWN'] as const;
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

/** What the server signs: checkpoints of the log, and what it does in groups as an external sender. */
export const SERVER_KEY_PURPOSES = ['log', 'delivery'] as const;
export type ServerKeyPurpose = (typeof SERVER_KEY_PURPOSES)[number];

/** Values of one category of the security policy, sorted. */
export interface HeldCategory {
  readonly tag: string;
  readonly values: readonly string[];
}

/** In every record: `at` as the signer wrote it (milliseconds since 1970), `seq` the place of the statement in the log. */
export interface Recorded {
  readonly at: number;
  readonly seq: number;
}

export interface MinistryRecord extends Recorded {
  readonly id: string;
  readonly name: string;
  readonly rootKey: Uint8Array;
  /** SHA-256 of the canonical text of the first security policy. */
  readonly policyHash: Uint8Array;
  /** SHA-256 of the root statement: what clients pin. */
  readonly fingerprint: Uint8Array;
}

export interface PersonRecord extends Recorded {
  readonly id: string;
  readonly name: string;
  readonly post: string;
  readonly identityKey: Uint8Array;
  /** Identity keys before this one, oldest first: nobody may use them again. */
  readonly formerKeys?: readonly Uint8Array[];
  /** How the identity key came into force; absent for the one that the person was enrolled with. */
  readonly renewed?: IdentityRenewal;
  readonly revoked?: Revocation;
  /** Ids, in the order of the log, revoked ones included. */
  readonly devices: readonly string[];
}

/** An identity key has taken the place of another. */
export interface IdentityRenewal extends Recorded {
  /** By two officers, not by the key before. */
  readonly byOfficers: boolean;
  /**
   * How many of the newest former keys vouch for the present one: each has signed the next while nobody but the person could hold it,
   * so that whoever trusts the first may trust the last.
   */
  readonly vouchers: number;
}

export interface DeviceRecord extends Recorded {
  readonly id: string;
  readonly person: string;
  readonly name: string;
  readonly signatureKey: Uint8Array;
  readonly revoked?: Revocation;
}

/** From this place of the log on and for good. */
export interface Revocation extends Recorded {
  readonly reason: RevocationReason;
}

/** What a person does in the ministry, beside the post that stands in the person's record. */
export interface AssignmentRecord extends Recorded {
  readonly person: string;
  readonly title?: string;
  /** Names of roles, sorted. */
  readonly roles: readonly string[];
  readonly until?: number;
}

export interface AppointmentRecord extends Recorded {
  readonly person: string;
  readonly powers: readonly Power[];
  readonly mayAppoint: boolean;
  readonly byRoot: boolean;
  readonly identityKey?: Uint8Array;
  readonly until?: number;
}

export interface ClearanceRecord extends Recorded {
  readonly person: string;
  readonly policy: string;
  readonly level: string;
  readonly categories: readonly HeldCategory[];
  readonly until?: number;
}

/** The newest head of the audit trail that somebody has stated; `seq` is the statement's place in the log. */
export interface AuditHeadRecord extends Recorded {
  readonly entry: number;
  readonly hash: Uint8Array;
}

/** The security policy in force. */
export interface PolicyRecord extends Recorded {
  /** SHA-256 of its canonical text. */
  readonly hash: Uint8Array;
}

/** The browser client that the servers serve. */
export interface ReleaseRecord extends Recorded {
  /** SHA-256 of its manifest. */
  readonly hash: Uint8Array;
}

export interface ServerKeyRecord extends Recorded {
  readonly purpose: ServerKeyPurpose;
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array;
}

/** A rotation of keys, see `Campaign`. */
export interface CampaignRecord extends Recorded {
  readonly id: string;
  readonly levels?: readonly string[];
  readonly posts?: readonly string[];
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** The cipher suite to move to. */
  readonly suite?: number;
  readonly ended?: Recorded;
}

/** The facts that hold after the statements up to `head`. Records are never changed, only replaced. */
export class State {
  ministry: MinistryRecord | undefined;
  /** Undefined before the root statement, which names the first one. */
  policy: PolicyRecord | undefined;
  auditHead: AuditHeadRecord | undefined;
  /** Undefined until an officer has stated one. */
  release: ReleaseRecord | undefined;
  head = 0;
  /** Greatest `at` of any statement so far. */
  newestAt = 0;

  private constructor(
    readonly persons: Table<PersonRecord>,
    readonly devices: Table<DeviceRecord>,
    readonly appointments: Table<AppointmentRecord>,
    readonly clearances: Table<ClearanceRecord>,
    readonly assignments: Table<AssignmentRecord>,
    /** By purpose, newest first. */
    readonly serverKeys: Table<readonly ServerKeyRecord[]>,
    readonly campaigns: Table<CampaignRecord>,
    private readonly keyOwners: Table<string>,
  ) {}

  static empty(): State {
    return new State(
      new Table(),
      new Table(),
      new Table(),
      new Table(),
      new Table(),
      new Table(),
      new Table(),
      new Table(),
    );
  }

  /** A state that starts with these facts and leaves this one unchanged; costs the same whatever the size. */
  fork(): State {
    const tables = [
      this.persons.fork(),
      this.devices.fork(),
      this.appointments.fork(),
      this.clearances.fork(),
      this.assignments.fork(),
      this.serverKeys.fork(),
      this.campaigns.fork(),
    ] as const;
    const fork = new State(...tables, this.keyOwners.fork());
    fork.ministry = this.ministry;
    fork.policy = this.policy;
    fork.auditHead = this.auditHead;
    fork.release = this.release;
    fork.head = this.head;
    fork.newestAt = this.newestAt;
    return fork;
  }

  /** The key under which a person's statements verify: enrolled, or named by the appointment of a first officer. */
  identityKeyOf(person: string): Uint8Array | undefined {
    return this.persons.get(person)?.identityKey ?? this.appointments.get(person)?.identityKey;
  }

  /** The server's keys for a purpose, newest first. */
  serverKeysFor(purpose: ServerKeyPurpose): readonly ServerKeyRecord[] {
    return this.serverKeys.get(purpose) ?? [];
  }

  /** @throws StatementError `KEY_TAKEN` when the key already belongs to another person, device or the root */
  requireFreeKey(key: Uint8Array, owner: string): void {
    const known = this.keyOwners.get(toHex(key));
    if (known !== undefined && known !== owner) throw new StatementError('KEY_TAKEN', 'the key belongs to another');
  }

  /** Whether anybody has, or had, this key. */
  isTaken(key: Uint8Array): boolean {
    return this.keyOwners.get(toHex(key)) !== undefined;
  }

  takeKey(key: Uint8Array, owner: string): void {
    this.keyOwners.set(toHex(key), owner);
  }

  /** The appointment of a person, unless it has ended at that time. */
  appointmentAt(person: string, at: number): AppointmentRecord | undefined {
    const appointment = this.appointments.get(person);
    return appointment && !hasEnded(appointment, at) ? appointment : undefined;
  }
}

/** Whether a power or clearance no longer holds at a time (milliseconds since 1970). */
export function hasEnded({ until }: { readonly until?: number }, at: number): boolean {
  return until !== undefined && at >= until;
}
