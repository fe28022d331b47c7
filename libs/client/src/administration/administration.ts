import { PublishStatementsDocument } from '#contracts';
import { toBase64 } from '#primitives';
import type { RevocationReason, StatementBody } from '#transparency';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { signStatement } from '../statements.js';
import { Approvals } from './approvals.js';
import { rotateIdentity } from './identity.js';
import type { ApprovalView, NewAppointment, NewAssignment, Outcome } from './types.js';

/** What officers decide, signed by their own devices: the server can refuse it, but neither make nor change it. */
export class Administration {
  readonly approvals: Approvals;

  /** @param tend - carries out in the conversations what a revocation asks for */
  constructor(
    private readonly core: Core,
    private readonly tend: () => Promise<void>,
  ) {
    this.approvals = new Approvals(core);
  }

  /** Gives a person roles, and perhaps another post (power assign). @throws ChanceryError NOT_FOUND, STATEMENT_INVALID, CONFLICT */
  async assign(personId: string, { postId, roles, until }: NewAssignment): Promise<void> {
    const { directory, session } = this.core;
    await directory.catchUp(session);
    const person = directory.current.person(personId);
    if (!person) throw new ChanceryError('NOT_FOUND', 'Nobody is enrolled under this id.', { field: 'personId' });
    const post = postId ?? person.post;
    await this.publish({
      type: 'assign',
      at: this.now(),
      person: personId,
      post,
      roles: [...new Set(roles)],
      ...end(until),
    });
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

  /** Revokes people with all their devices, for good (power revoke): one at once, several with a second officer. */
  async revokePeople(personIds: readonly string[], reason: RevocationReason = 'WITHDRAWN'): Promise<Outcome> {
    const at = this.now();
    const bodies = personIds.map((person) => ({ type: 'revokePerson', at, person, reason }) as const);
    const [only, ...rest] = bodies;
    if (!only) throw new ChanceryError('BAD_INPUT', 'Nobody is named.', { field: 'personIds' });
    if (rest.length > 0) return this.propose(bodies);
    await this.publish(only);
    if (only.person !== this.core.profile.personId) await this.tend();
    return { done: true };
  }

  /** Proposes to revoke all devices of everybody at a post, a mission for instance; another officer approves it. */
  revokePost(post: string, reason: RevocationReason = 'COMPROMISED'): Promise<Outcome> {
    return this.propose([{ type: 'revokePost', at: this.now(), post, reason }]);
  }

  /** Signs another officer's act, as it was shown; it holds at once. See `Approvals.approve`. */
  async approve(shown: ApprovalView): Promise<void> {
    await this.approvals.approve(shown);
    await this.core.directory.catchUp(this.core.session);
    await this.tend();
  }

  /** Gives oneself a new identity key; one's other devices go on, but only this one can add devices then. */
  rotateIdentity(): Promise<void> {
    return rotateIdentity(this.core);
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
