import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { lostBy, parsePolicy } from '#policy';
import type { SecurityPolicy } from '#policy';
import { equalBytes, sha256, utf8 } from '#primitives/verify';
import type { Policy, VerifiedStatement } from '#transparency';

import { Clock } from '../../platform/clock.js';
import { PubSub } from '../../platform/pubsub/index.js';
import type { Unsubscribe } from '../../platform/pubsub/index.js';
import { Refusal } from '../../platform/refusal.js';
import { DIRECTORY_GROWN_TOPIC } from '../statements/topics.js';
import { SecurityPolicyEntity } from './ministry.entity.js';
import { invalidPolicy, readPolicyText } from './policyText.js';

/** A policy is asked for at every request and changes rarely. Another instance's change is seen after so long at the latest, if its notice is lost. */
const LONGEST_MS = 1000;

/** The policy in force, with the text and the hash that are signed. */
export interface PolicyInForce {
  readonly policy: SecurityPolicy;
  readonly text: string;
  readonly hash: Buffer;
  readonly seq: number;
}

/** The security policies of the ministry: one at a time is in force, for everything at once. */
@Injectable()
export class Policies implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private known: PolicyInForce | undefined;
  private readAt = -Infinity;
  /** Grows with each notice, so that what was read before it is not kept. */
  private notices = 0;
  private unsubscribe: Unsubscribe | undefined;

  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly pubsub: PubSub,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.unsubscribe = await this.pubsub.subscribe(DIRECTORY_GROWN_TOPIC, () => {
      this.forget();
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.unsubscribe?.();
  }

  /** Throws NOT_FOUNDED. The same value until another policy is in force, so that what is derived from it can be kept with it. */
  async inForce(): Promise<PolicyInForce> {
    const { known } = this;
    if (known && performance.now() - this.readAt < LONGEST_MS) return known;
    const { notices } = this;
    const now = performance.now();
    const read = await this.read(this.source.manager, this.known);
    if (notices === this.notices) this.readAt = now;
    return (this.known = read);
  }

  /** Reads the policy anew at the next question. */
  forget(): void {
    this.notices += 1;
    this.readAt = -Infinity;
  }

  /**
   * Reads a policy that is proposed: exactly the one that the statement names, and one that gives a meaning to everything that the policy
   * in force gives one. Throws POLICY_INVALID with `field`.
   */
  async requireNext(text: string, { policyHash }: Policy, field: string): Promise<SecurityPolicy> {
    const next = readPolicyText(text, field);
    if (!equalBytes(policyHash, sha256(utf8(text)))) throw invalidPolicy('is not the policy that is signed', field);
    const lost = lostBy((await this.read(this.source.manager)).policy, next);
    if (lost.length === 0) return next;
    const named = lost.slice(0, 10).join(', ');
    throw invalidPolicy(`gives no successor to ${named}${lost.length > 10 ? ' and more' : ''}`, field);
  }

  /** Puts a policy in force, in the transaction that records its statement. */
  async enact({ body, seq }: VerifiedStatement, text: string, manager: EntityManager): Promise<void> {
    if (body.type !== 'policy') throw new Error('only a statement policy puts a policy in force');
    await this.requireNext(text, body, 'id');
    await this.enter(seq, text, manager);
  }

  /** Enters the text that the statement with this number has put in force. */
  async enter(seq: number, text: string, manager: EntityManager): Promise<void> {
    const hash = Buffer.from(sha256(utf8(text)));
    await manager.insert(SecurityPolicyEntity, { seq, hash, policy: text, inForceSince: this.clock.now() });
  }

  /** Those that are or were in force, newest first, before the number `before`. */
  page(limit: number, before: number | undefined): Promise<SecurityPolicyEntity[]> {
    const where = before === undefined ? {} : { seq: LessThan(before) };
    return this.source.manager.find(SecurityPolicyEntity, { where, order: { seq: 'DESC' }, take: limit });
  }

  private async read(manager: EntityManager, known?: PolicyInForce): Promise<PolicyInForce> {
    const [newest] = await manager.find(SecurityPolicyEntity, {
      select: { seq: true },
      order: { seq: 'DESC' },
      take: 1,
    });
    if (!newest) throw new Refusal('NOT_FOUNDED', 'this server serves no ministry yet');
    if (known?.seq === newest.seq) return known;
    const { seq, hash, policy: text } = await manager.findOneByOrFail(SecurityPolicyEntity, { seq: newest.seq });
    return { policy: parsePolicy(text), text, hash, seq };
  }
}
