import { PublishStatementsDocument } from '#contracts';
import { validateClearance } from '#policy';
import type { Clearance } from '#policy';
import { toBase64 } from '#primitives';
import type { RevocationReason, StatementBody } from '#transparency';

import type { Core } from '../core.js';
import { formatIdentityLink, parseIdentityRequest } from '../enrolment/newIdentity.js';
import { ChanceryError, hasCode } from '../errors.js';
import { signStatement, titleOf } from '../statements.js';
import { Approvals } from './approvals.js';
import { PolicyOffice } from './policyOffice.js';
import { evacuationOf, evacuationReport } from './evacuation.js';
import type { EvacuationKind, EvacuationView } from './evacuation.js';
import { roleHolders } from './roleHolders.js';
import { officersOf, revokedDevicesOf, standingOf } from './standing.js';
import type { OfficerView, RevokedDeviceView, Standing } from './standing.js';
import type { ApprovalView, NewAppointment, NewAssignment, Outcome, RoleHolder } from './types.js';

/** What officers decide, signed by their own devices: the server can refuse it, but neither make nor change it. */
export class Administration {
  readonly approvals: Approvals;
  readonly policies: PolicyOffice;

  /** @param tend - carries out in the conversations what a revocation asks for */
  constructor(
    private readonly core: Core,
    private readonly tend: () => Promise<void>,
  ) {
    this.approvals = new Approvals(core);
    this.policies = new PolicyOffice(core, this.approvals);
  }

  /** Gives a person roles, and perhaps another post or title (power assign). @throws ChanceryError BAD_INPUT, NOT_FOUND, STATEMENT_INVALID, CONFLICT */
  async assign(personId: string, { postId, title, roles, until }: NewAssignment): Promise<void> {
    const { directory, session } = this.core;
    await directory.catchUp(session);
    const person = directory.current.person(personId);
    if (!person) throw new ChanceryError('NOT_FOUND', 'Nobody is enrolled under this id.', { field: 'personId' });
    const post = postId ?? person.post;
    const called = titleOf(title ?? directory.current.titleOf(personId));
    const ending = until === undefined ? this.rolesUntil(personId) : until;
    await this.publish({
      type: 'assign',
      at: this.now(),
      person: personId,
      post,
      ...called,
      roles: [...new Set(roles)],
      ...end(ending ?? undefined),
    });
  }

  /** When the roles that a person holds now end, RFC 3339; undefined: never, or there are none. */
  rolesUntil(personId: string): string | undefined {
    const { directory, timer } = this.core;
    const end = directory.current.rolesEndOf(personId, timer.now());
    return end === undefined ? undefined : new Date(end).toISOString();
  }

  /** Everybody with the roles held now, from the verified directory. */
  roleHolders(): Promise<RoleHolder[]> {
    return roleHolders(this.core);
  }

  /** What this person may do here. */
  standing(): Promise<Standing> {
    return standingOf(this.core);
  }

  /** Everybody who holds powers now; asks the server nothing. */
  officers(): OfficerView[] {
    return officersOf(this.core);
  }

  /** Every device that is no longer trusted, newest first. */
  async revokedDevices(): Promise<RevokedDeviceView[]> {
    await this.core.directory.catchUp(this.core.session);
    return revokedDevicesOf(this.core);
  }

  /**
   * Gives a person another clearance, or takes it away; it holds at once, and whoever may no longer read a conversation is removed from it
   * (power clear). @throws ChanceryError LABEL_UNKNOWN, NOT_FOUND, STATEMENT_INVALID
   */
  async clear(personId: string, clearance: Clearance | undefined): Promise<void> {
    const { directory, session, timer, policy } = this.core;
    await directory.catchUp(session);
    this.requirePerson(personId);
    const at = this.now();
    const held = directory.current.clearanceOf(personId, timer.now());
    const ended = held && { ...held, until: new Date(at).toISOString() };
    const next = clearance ?? ended;
    if (!next) return;
    const [problem] = clearance ? validateClearance(clearance, policy) : [];
    if (problem) {
      const field = `clearance.${problem.field}`;
      throw new ChanceryError('LABEL_UNKNOWN', `The clearance ${problem.message}.`, { field });
    }
    const { policy: under, level, categories, until } = next;
    await this.publish({ type: 'clear', at, person: personId, policy: under, level, categories, ...end(until) });
    await this.tend();
  }

  /** How a mission stands: what its evacuation would touch, or how far it has come. */
  evacuation(postId: string): Promise<EvacuationView> {
    return evacuationOf(this.core, postId);
  }

  /** The same as a signed report with the log, for `verifyEvacuationReport`. */
  evacuationReport(postId: string, kind: EvacuationKind): Promise<string> {
    return evacuationReport(this.core, postId, kind);
  }

  /** Appoints an officer, or replaces or ends an appointment (an officer who may appoint). */
  appoint(personId: string, { powers, mayAppoint = false, until }: NewAppointment): Promise<void> {
    const unique = [...new Set(powers)];
    return this.publish({
      type: 'appoint',
      at: this.now(),
      person: personId,
      powers: unique,
      mayAppoint,
      ...end(until),
    });
  }

  /**
   * Revokes people with all their devices, for good (power revoke). One is revoked at once; several, or another one on the same day,
   * are proposed to a second officer.
   */
  async revokePeople(personIds: readonly string[], reason: RevocationReason = 'WITHDRAWN'): Promise<Outcome> {
    const at = this.now();
    const bodies = personIds.map((person) => ({ type: 'revokePerson', at, person, reason }) as const);
    const [only, ...rest] = bodies;
    if (!only) throw new ChanceryError('BAD_INPUT', 'Nobody is named.', { field: 'personIds' });
    if (rest.length > 0) return this.propose(bodies);
    try {
      await this.publish(only);
    } catch (error) {
      if (!hasCode(error, 'APPROVAL_NEEDED')) throw error;
      return this.propose(bodies);
    }
    if (only.person !== this.core.profile.personId) await this.tend();
    return { done: true };
  }

  /** Proposes to revoke all devices of everybody at a post, a mission for instance; another officer approves it. */
  revokePost(post: string, reason: RevocationReason = 'COMPROMISED'): Promise<Outcome> {
    return this.propose([{ type: 'revokePost', at: this.now(), post, reason }]);
  }

  /** For somebody whose identity key is lost or in wrong hands: with it their new device asks for another. No secret. @throws NOT_FOUND */
  async identityLink(personId: string): Promise<string> {
    const { session, profile, directory } = this.core;
    await directory.catchUp(session);
    this.requirePerson(personId);
    return formatIdentityLink({ origin: session.origin, personId, rootFingerprint: profile.rootFingerprint });
  }

  /**
   * Proposes to put the identity key in force that a person's new device asks for; another officer approves it (power enrol). All devices of
   * the person are revoked then, and people who have compared numbers with them are asked to do it again. Compare the number in the words
   * of the act with the person by voice. @throws ChanceryError BAD_INPUT, NOT_FOUND, STATEMENT_INVALID
   */
  async rotateIdentity(personId: string, request: string): Promise<Outcome> {
    await this.core.directory.catchUp(this.core.session);
    this.requirePerson(personId);
    const { identityKey, proof } = parseIdentityRequest(request, personId);
    return this.propose([{ type: 'rotateIdentity', at: this.now(), person: personId, identityKey, proof }]);
  }

  /** Signs another officer's act, as it was shown; it holds at once. See `Approvals.approve`. */
  async approve(shown: ApprovalView): Promise<void> {
    await this.approvals.approve(shown);
    await this.core.directory.catchUp(this.core.session);
    await this.tend();
  }

  private requirePerson(personId: string): void {
    if (this.core.directory.current.person(personId)) return;
    throw new ChanceryError('NOT_FOUND', 'Nobody is enrolled under this id.', { field: 'personId' });
  }

  private async propose(bodies: readonly StatementBody[]): Promise<Outcome> {
    return { done: false, approval: await this.approvals.propose(bodies.map((body) => this.sign(body))) };
  }

  private async publish(body: StatementBody): Promise<void> {
    const { session, directory, profile } = this.core;
    await session.execute(PublishStatementsDocument, { statements: [toBase64(this.sign(body))] });
    const isOwnEnd = body.type === 'revokePerson' && body.person === profile.personId;
    if (!isOwnEnd) await directory.catchUp(session);
  }

  private sign(body: StatementBody): Uint8Array {
    return signStatement(body, { kind: 'device', id: this.core.profile.deviceId }, this.core.deviceKey);
  }

  private now(): number {
    return this.core.timer.now().getTime();
  }
}

function end(until: string | undefined): { until?: number } {
  return until === undefined ? {} : { until: Date.parse(until) };
}
