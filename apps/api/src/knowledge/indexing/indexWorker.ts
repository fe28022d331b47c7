import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { DirectoryService } from '../../directory/index.js';
import { Log } from '../../platform/log/log.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Rounds } from '../../platform/rounds.js';
import { IndexState, SearchEngine, lockIndex } from '../../platform/search/index.js';
import { IndexFiller } from './indexFiller.js';
import type { Step } from './indexFiller.js';
import { INDEX_TOPIC, claim, enqueueAll, finish, pending, postpone } from './outbox.js';
import type { Claimed } from './outbox.js';
import { followPolicy } from './policyFollower.js';

const POLL_MS = 1000;
const FAILURE_PAUSE_MS = 500;
const MAX_FAILURE_PAUSE_MS = 10_000;
const BATCH = 300;

/**
 * Brings the index to the state of the documents. Every instance runs one; an advisory lock lets one at a time work, so
 * that a document's changes are indexed in their order. What the outbox holds is done at least once: its rows go in the
 * transaction that changes the index, and whoever dies in the middle leaves both as they were.
 */
@Injectable()
export class IndexWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Rounds(async () => ((await this.attempt()) === 'idle' ? this.pauseMs() : 0));
  private failures = 0;
  private waiting = 0;
  private readonly prepared = new Set<string>();

  constructor(
    private readonly database: DataSource,
    private readonly directory: DirectoryService,
    private readonly state: IndexState,
    private readonly filler: IndexFiller,
    private readonly engine: SearchEngine,
    private readonly pubsub: PubSub,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    metrics.gauge(
      'chancery_index_waiting',
      'Changes of documents that the search index does not have yet',
      () => this.waiting,
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.rounds.begin(this.pubsub, INDEX_TOPIC);
  }

  /** Finishes the step that is under way. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.end();
  }

  private pauseMs(): number {
    if (this.failures === 0) return POLL_MS;
    return Math.min(FAILURE_PAUSE_MS * 2 ** (this.failures - 1), MAX_FAILURE_PAUSE_MS);
  }

  private async attempt(): Promise<Step> {
    try {
      const step = await this.step();
      this.failures = 0;
      this.waiting = await pending(this.database.manager);
      return step;
    } catch (error) {
      this.failures += 1;
      this.log.error('index.failed', error, { failures: this.failures });
      return 'idle';
    }
  }

  private async step(): Promise<Step> {
    await this.renewIfOutdated();
    await this.prepare();
    const steps = [await this.followChanges(), await this.filler.fill(), await this.filler.discard()];
    return steps.includes('worked') ? 'worked' : 'idle';
  }

  private async followChanges(): Promise<Step> {
    const batch: { claimed: readonly Claimed[] } = { claimed: [] };
    try {
      return await this.database.transaction(async (transaction) => {
        if (!(await lockIndex(transaction))) return 'idle';
        await this.followPolicy(transaction);
        batch.claimed = await claim(BATCH, transaction);
        await this.bringUpToDate(batch.claimed, transaction);
        return batch.claimed.length > 0 ? 'worked' : 'idle';
      });
    } catch (error) {
      if (!(await this.engine.isHealthy())) throw error;
      await this.isolate(batch.claimed, error);
      return 'worked';
    }
  }

  /** Nothing is filed before the founding. */
  private async followPolicy(transaction: EntityManager): Promise<void> {
    const inForce = await this.directory.policyInForce().catch(unlessNotFounded);
    if (inForce) await followPolicy(inForce, transaction);
  }

  private async bringUpToDate(claimed: readonly Claimed[], transaction: EntityManager): Promise<void> {
    if (claimed.length === 0) return;
    const ids = [...new Set(claimed.map(({ documentId }) => documentId))];
    await this.filler.update(ids, await this.state.written(transaction), transaction);
    await finish(claimed, transaction);
  }

  /** One document that can't be indexed must not keep the others from it: each is tried alone, what fails waits longer. */
  private async isolate(claimed: readonly Claimed[], cause: unknown): Promise<void> {
    if (claimed.length === 0) throw cause;
    for (const one of claimed) {
      if (this.rounds.areOver()) return;
      try {
        await this.database.transaction(async (transaction) => {
          if (await lockIndex(transaction)) await this.bringUpToDate([one], transaction);
        });
      } catch (error) {
        if (!(await this.engine.isHealthy())) throw error;
        this.log.error('index.document.failed', error, { documentId: one.documentId, attempts: one.attempts + 1 });
        await postpone(one, this.database.manager);
      }
    }
  }

  /**
   * An index of another analysis answers until a new one is built beside it. One that this server can't read, such as that of
   * another engine, is given up, and every document waits to be indexed again.
   */
  private async renewIfOutdated(): Promise<void> {
    const { name } = this.engine;
    if ((await this.state.standing(name, this.database.manager)) === 'current') return;
    await this.database.transaction(async (transaction) => {
      if (!(await lockIndex(transaction))) return;
      const standing = await this.state.standing(name, transaction);
      if (standing === 'current') return;
      this.log.info('index.renewed', { engine: name, standing });
      if (standing === 'outdated') return this.state.begin(name, transaction);
      for (const old of await this.state.all(transaction)) await this.engine.clear(old);
      await this.state.restart(name, transaction);
      await enqueueAll(transaction);
    });
  }

  private async prepare(): Promise<void> {
    for (const generation of await this.state.written(this.database.manager)) {
      if (this.prepared.has(generation.name)) continue;
      await this.engine.prepare(generation);
      this.prepared.add(generation.name);
    }
  }
}

function unlessNotFounded(error: unknown): undefined {
  if (error instanceof Refusal && error.code === 'NOT_FOUNDED') return undefined;
  throw error;
}
