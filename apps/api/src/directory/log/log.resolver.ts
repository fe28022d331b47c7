import { Args, Int, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { Authenticated, CurrentCaller } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Refusal } from '../../platform/refusal.js';
import { StatementPage } from '../statements/statement.model.js';
import { StatementLog } from '../statements/statementLog.js';
import { Checkpoints } from './checkpoints.js';
import { CosigningService } from './cosigning.service.js';
import { LogCheckpoint, LogInclusion } from './log.model.js';
import { LogTree } from './logTree.js';

const count = { type: () => Int };

@Resolver(() => StatementPage)
export class LogResolver {
  constructor(
    private readonly log: StatementLog,
    private readonly tree: LogTree,
    private readonly checkpoints: Checkpoints,
    private readonly cosigning: CosigningService,
  ) {}

  /** Read after the page: it is never smaller than the page's head. */
  @Authenticated()
  @ResolveField(() => String, {
    nullable: true,
    description:
      'The newest checkpoint, without cosignatures; it may be larger than the head of this page, never smaller',
  })
  async checkpoint(): Promise<string | null> {
    return (await this.checkpoints.newest(await this.log.state()))?.note ?? null;
  }

  @Authenticated()
  @Query(() => LogCheckpoint, { nullable: true })
  async logCheckpoint(): Promise<LogCheckpoint | null> {
    return (await this.checkpoints.newest(await this.log.state(), true)) ?? null;
  }

  @Authenticated()
  @Query(() => [LogCheckpoint], { description: 'The five newest that anybody has cosigned, newest first' })
  async cosignedCheckpoints(): Promise<LogCheckpoint[]> {
    return this.checkpoints.cosigned(await this.log.state());
  }

  @Authenticated()
  @Query(() => LogInclusion, { description: 'Proof that the statement `seq` is an entry of the log of this size' })
  async logInclusion(@Args('seq', count) seq: number, @Args('size', count) size: number): Promise<LogInclusion> {
    await this.requireSizes(seq, size);
    const [leaf, proof] = await Promise.all([this.tree.leaf(seq - 1), this.tree.inclusion(seq - 1, size)]);
    return { leaf, proof };
  }

  @Authenticated()
  @Query(() => [Uint8Array], {
    description: 'Proof that the log of one size continues that of a smaller one (RFC 9162 section 2.1.4)',
  })
  async logConsistency(
    @Args('older', count) older: number,
    @Args('newer', count) newer: number,
  ): Promise<Uint8Array[]> {
    await this.requireSizes(older, newer);
    return this.tree.consistency(older, newer);
  }

  @Authenticated()
  @Mutation(() => Boolean, {
    description:
      'For officers with the power witness, and missions: c2sp.org/tlog-cosignature by the device key. False where there are enough.',
  })
  cosignCheckpoint(
    @Args('size', count) size: number,
    @Args('time', { type: () => Date, description: 'A whole second' }) time: Date,
    @Args('signature', { type: () => Uint8Array }) signature: Uint8Array,
    @CurrentCaller() caller: Caller,
  ): Promise<boolean> {
    return this.cosigning.cosign(size, time, signature, caller);
  }

  private async requireSizes(smaller: number, larger: number): Promise<void> {
    const head = await this.log.head();
    if (smaller >= 1 && smaller <= larger && larger <= head) return;
    throw new Refusal('BAD_INPUT', `sizes from 1 to ${String(head)}, the smaller one first`);
  }
}
