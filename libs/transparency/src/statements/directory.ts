import { equalBytes } from '#primitives/verify';

import { applyBody, isForTwo } from './body.js';
import { StatementError } from './error.js';
import type { Signer } from './signer.js';
import { restoreState, serializeState } from './snapshot.js';
import { State, hasEnded } from './state.js';
import type {
  AppointmentRecord,
  CampaignRecord,
  AuditHeadRecord,
  ClearanceRecord,
  DeviceRecord,
  HeldCategory,
  MinistryRecord,
  PersonRecord,
  PolicyRecord,
  Power,
  ReleaseRecord,
  ServerKeyPurpose,
} from './state.js';
import { decodeStatement, isSignedBy } from './statement.js';
import type { UnverifiedStatement } from './statement.js';

/**
 * An officer's statement may not be older than the newest one before it by more than this: whoever has lost a power can't make
 * statements for the time before. 24 hours, in milliseconds. Statements by the root key are exempt (it is kept offline),
 * as are devices' (they wait for the officer who completes the enrolment).
 */
const MAX_BACKDATING = 86_400_000;

/** For so long a key of the server stays valid beside the one that has taken its place, in milliseconds: 7 days. */
const SERVER_KEY_OVERLAP = 7 * 86_400_000;

/** What a person holds; has the shape of `Clearance` of libs/policy. */
export interface HeldClearance {
  readonly policy: string;
  readonly level: string;
  readonly categories: readonly HeldCategory[];
  /** RFC 3339, UTC. */
  readonly until?: string;
}

/** A statement whose whole chain was verified, with its place in the log. */
export interface VerifiedStatement extends Pick<UnverifiedStatement, 'id' | 'body' | 'signer'> {
  /** The second of two people who act together. */
  readonly cosigner?: Signer;
  readonly seq: number;
}

/**
 * Who is who, as far as signed statements prove it: the same reducer on server and client. Every fact is reached by a chain of
 * signatures from the root statement; a server that makes up a person, device or clearance fails here.
 *
 * The transparency log joins at `apply`: a statement's `id` is its leaf and `seq - 1` its index, so inclusion is proven before.
 */
export class Directory {
  private constructor(
    private readonly state: State,
    private readonly pinnedRoot: Uint8Array | undefined,
  ) {}

  /** A directory without statements. Clients pin the root by the fingerprint (32 bytes) of their enrolment link. */
  static empty(rootFingerprint?: Uint8Array): Directory {
    return new Directory(State.empty(), rootFingerprint);
  }

  /** Restores a snapshot from one's own sealed storage: signatures are not verified again. @throws StatementError `SNAPSHOT_INVALID` */
  static restore(snapshot: Uint8Array): Directory {
    const { state, pinnedRoot } = restoreState(snapshot);
    return new Directory(state, pinnedRoot);
  }

  /** Everything that is known up to `head`, as bytes for `restore`. */
  serialize(): Uint8Array {
    return serializeState(this.state, this.pinnedRoot);
  }

  /** A directory that starts with these facts and leaves this one unchanged; costs the same whatever the size. */
  fork(): Directory {
    return new Directory(this.state.fork(), this.pinnedRoot);
  }

  /**
   * Verifies the statement at the place `seq` of the log and enters its fact. All or nothing.
   * @throws StatementError with the reason; nothing has changed then
   */
  apply(encoded: Uint8Array, seq: number): VerifiedStatement {
    if (seq !== this.head + 1)
      throw new StatementError('OUT_OF_ORDER', `the next statement is number ${String(this.head + 1)}`);
    const statement = decodeStatement(encoded);
    this.requireRoot(statement);
    this.requireSigned(statement);
    this.requireFresh(statement);
    const { id, body, signer, second } = statement;
    const act = { signer, ...(second && { cosigner: second.signer }), seq, id };
    applyBody(body, act, this.state);
    this.state.head = seq;
    this.state.newestAt = Math.max(this.state.newestAt, body.at);
    return { ...act, body };
  }

  /** Sequence number of the newest statement, 0 before the first. */
  get head(): number {
    return this.state.head;
  }

  /** Undefined before the root statement. */
  get ministry(): MinistryRecord | undefined {
    return this.state.ministry;
  }

  /** The security policy in force; undefined before the root statement. */
  get policy(): PolicyRecord | undefined {
    return this.state.policy;
  }

  /** The newest head of the audit trail that was stated. */
  get auditHead(): AuditHeadRecord | undefined {
    return this.state.auditHead;
  }

  /** The newest release of the browser client that was stated. */
  get release(): ReleaseRecord | undefined {
    return this.state.release;
  }

  person(personId: string): PersonRecord | undefined {
    return this.state.persons.get(personId);
  }

  /**
   * A person's identity key and those before it that vouch for it, oldest first: whoever has compared one of these knows the person. Empty
   * for somebody who is not enrolled.
   */
  vouchedKeys(personId: string): Uint8Array[] {
    const { identityKey, formerKeys = [], renewed } = this.person(personId) ?? {};
    if (!identityKey) return [];
    return [...formerKeys.slice(formerKeys.length - (renewed?.vouchers ?? 0)), identityKey];
  }

  /** Everybody, in the order of enrolment. */
  persons(): Iterable<PersonRecord> {
    return this.state.persons.values();
  }

  /** The device, revoked or not. */
  device(deviceId: string): DeviceRecord | undefined {
    return this.state.devices.get(deviceId);
  }

  /** All devices of a person in the order in which they were added, revoked ones included. */
  devicesOf(personId: string): DeviceRecord[] {
    const ids = this.person(personId)?.devices ?? [];
    return ids.flatMap((id) => this.device(id) ?? []);
  }

  /** Whether a device may not be trusted: revoked, or not known at all. */
  isRevoked(deviceId: string): boolean {
    const device = this.device(deviceId);
    return device === undefined || device.revoked !== undefined;
  }

  /** The roles that a person holds at a time, by statements; undefined where no statement was made about them. */
  rolesOf(personId: string, at: Date): readonly string[] | undefined {
    const assignment = this.state.assignments.get(personId);
    if (!assignment) return undefined;
    return hasEnded(assignment, at.getTime()) ? [] : assignment.roles;
  }

  /** When the roles that a person holds at a time end, in milliseconds; undefined where they hold none, or for good. */
  rolesEndOf(personId: string, at: Date): number | undefined {
    const assignment = this.state.assignments.get(personId);
    return assignment && !hasEnded(assignment, at.getTime()) ? assignment.until : undefined;
  }

  /** What a person is called at their post, such as "Counsellor"; undefined where no statement says it. */
  titleOf(personId: string): string | undefined {
    return this.state.assignments.get(personId)?.title;
  }

  /** The clearance that a person holds at this moment; undefined when there is none, or it has ended. */
  clearanceOf(personId: string, now: Date): HeldClearance | undefined {
    const clearance = this.state.clearances.get(personId);
    return clearance && !hasEnded(clearance, now.getTime()) ? heldClearance(clearance) : undefined;
  }

  /** The appointment in force at a time. */
  appointmentOf(personId: string, at: Date): AppointmentRecord | undefined {
    return this.state.appointmentAt(personId, at.getTime());
  }

  /** The powers that a person holds at a time; empty without an appointment. */
  powersOf(personId: string, at: Date): ReadonlySet<Power> {
    return new Set(this.appointmentOf(personId, at)?.powers);
  }

  /**
   * What was taken from people after a place of the log: devices that are revoked since, and people whose clearance was stated
   * anew since, or has ended between the two times. After another security policy: everybody who has a clearance.
   */
  takenAfter(seq: number, since: Date, now: Date): { readonly devices: DeviceRecord[]; readonly people: string[] } {
    const devices = [...this.state.devices.values()].filter(
      ({ revoked }) => revoked !== undefined && revoked.seq > seq,
    );
    const isRead = (this.policy?.seq ?? 0) <= seq;
    const clearances = [...this.state.clearances.values()].filter((clearance) => {
      const hasEndedNow = hasEnded(clearance, now.getTime()) && !hasEnded(clearance, since.getTime());
      return !isRead || clearance.seq > seq || hasEndedNow;
    });
    return { devices, people: clearances.map(({ person }) => person) };
  }

  /** The server's keys (Ed25519, 32 bytes) that hold at a time, newest first; none where no statement names one. */
  serverKeys(purpose: ServerKeyPurpose, at: Date): Uint8Array[] {
    const records = this.state.serverKeysFor(purpose);
    const oldest = at.getTime() - SERVER_KEY_OVERLAP;
    // a key holds until some time after the next one, which stands before it
    return records.filter((_, index) => (records[index - 1]?.at ?? Infinity) > oldest).map(({ key }) => key);
  }

  /** Whether anybody, the server included, has or had this key. */
  isKeyTaken(key: Uint8Array): boolean {
    return this.state.isTaken(key);
  }

  /** The campaigns that have not been ended, in the order of the log. */
  campaigns(): CampaignRecord[] {
    return this.allCampaigns().filter(({ ended }) => ended === undefined);
  }

  /** All campaigns, ended ones too, in the order of the log. */
  allCampaigns(): CampaignRecord[] {
    return [...this.state.campaigns.values()];
  }

  /** A campaign, ended or not. */
  campaign(id: string): CampaignRecord | undefined {
    return this.state.campaigns.get(id);
  }

  private requireRoot({ id, body, signer }: UnverifiedStatement): void {
    if (body.type !== 'root') {
      if (!this.ministry) throw new StatementError('ROOT_MISSING', 'the first statement is the root');
      return;
    }
    if (this.ministry) throw new StatementError('ROOT_REPEATED', 'a ministry has one root');
    if (signer.kind !== 'root')
      throw new StatementError('SIGNER_WRONG', 'the root statement is signed by the root key');
    if (this.pinnedRoot && !equalBytes(this.pinnedRoot, id)) {
      throw new StatementError('ROOT_MISMATCH', 'this is not the root that is pinned');
    }
  }

  private requireSigned(statement: UnverifiedStatement): void {
    const { body, second } = statement;
    if (second && !isForTwo(body)) throw new StatementError('SIGNER_WRONG', 'one signature belongs to this');
    for (const signed of [statement, ...(second ? [second] : [])]) {
      const key = body.type === 'root' ? body.rootKey : this.signerKey(signed.signer);
      if (!isSignedBy(statement, key, signed)) {
        throw new StatementError('SIGNATURE_INVALID', 'the signature does not verify');
      }
    }
  }

  private signerKey(signer: Signer): Uint8Array {
    if (signer.kind === 'device') return this.deviceKey(signer.id);
    if (signer.kind === 'person' && this.person(signer.id)?.revoked) {
      throw new StatementError('SIGNER_REVOKED', 'a revoked person signs nothing');
    }
    const key = signer.kind === 'root' ? this.ministry?.rootKey : this.state.identityKeyOf(signer.id);
    if (!key) throw new StatementError('SIGNER_UNKNOWN', 'the signer is not known');
    return key;
  }

  private deviceKey(deviceId: string): Uint8Array {
    const device = this.device(deviceId);
    if (!device) throw new StatementError('SIGNER_UNKNOWN', 'the signer is not known');
    if (device.revoked) throw new StatementError('SIGNER_REVOKED', 'a revoked device signs nothing');
    return device.signatureKey;
  }

  private requireFresh({ body, signer }: UnverifiedStatement): void {
    if (signer.kind === 'root' || body.type === 'addDevice') return;
    if (body.at < this.state.newestAt - MAX_BACKDATING) {
      throw new StatementError('BACKDATED', 'is older than the log allows', 'at');
    }
  }
}

function heldClearance({ policy, level, categories, until }: ClearanceRecord): HeldClearance {
  return { policy, level, categories, ...(until !== undefined && { until: new Date(until).toISOString() }) };
}
