import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { DirectoryService } from '../directory/index.js';
import { Log } from '../platform/log/log.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { PubSub } from '../platform/pubsub/index.js';
import type { Unsubscribe } from '../platform/pubsub/index.js';
import { IndexState, IndexWriter, SearchEngine, lockIndex } from '../platform/search/index.js';
import { loadIndexable } from './indexable.js';
import { INDEX_TOPIC, claim, enqueueAll, finish, pending, postpone } from './outbox.js';
import type { Claimed } from './outbox.js';
import { followPolicy } from './policyFollower.js';
import { Pause } from '../platform/pause.js';
import { Refusal } from '../platform/refusal.js';

const POLL_MS = 1000;
const FAILURE_PAUSE_MS = 500;
const MAX_FAILURE_PAUSE_MS = 10_000;
const BATCH = 300;

/** What one step did: whether more may wait. */
type Step = 'worked' | 'idle';

/**
 * Brings the index to the state of the documents. Every instance runs one; an advisory lock lets one at a time work, so
 * that a document's changes are indexed in their order. What the outbox holds is done at least once: its rows go in the
 * transaction that changes the index, and whoever dies in the middle leaves both as they were.
 */
@Injectable()
export class IndexWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly pause = new Pause();
  private running: Promise<void> | undefined;
  private unsubscribe: Unsubscribe | undefined;
  private stopped = false;
  private failures = 0;
  private waiting = 0;
  private preparedName: string | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly directory: DirectoryService,
    private readonly state: IndexState,
    private readonly writer: IndexWriter,
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
    this.unsubscribe = await this.pubsub.subscribe(INDEX_TOPIC, () => {
      this.pause.end();
    });
    this.running = this.run();
  }

  /** Finishes the step that is under way. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.pause.end();
    await this.unsubscribe?.();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const step = await this.attempt();
      if (step === 'idle') await this.pause.for(this.pauseMs());
    }
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
    await this.restartIfOutdated();
    await this.prepare();
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
    const documents = await loadIndexable(ids, await this.directory.policy(), transaction);
    await this.writer.replace(ids, documents, transaction);
    await finish(claimed, transaction);
  }

  /** One document that can't be indexed must not keep the others from it: each is tried alone, what fails waits longer. */
  private async isolate(claimed: readonly Claimed[], cause: unknown): Promise<void> {
    if (claimed.length === 0) throw cause;
    for (const one of claimed) {
      if (this.stopped) return;
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

  /** An index of another engine or of another analysis is given up, and every document waits to be indexed again. */
  private async restartIfOutdated(): Promise<void> {
    await this.database.transaction(async (transaction) => {
      if (await this.state.isCurrent(this.engine.name, transaction)) return;
      if (!(await lockIndex(transaction)) || (await this.state.isCurrent(this.engine.name, transaction))) return;
      this.log.info('index.restart', { engine: this.engine.name });
      await this.engine.clear();
      await this.state.restart(this.engine.name, transaction);
      await enqueueAll(transaction);
    });
  }

  private async prepare(): Promise<void> {
    const name = await this.state.indexName();
    if (name === this.preparedName) return;
    await this.engine.prepare();
    this.preparedName = name;
  }
}

function unlessNotFounded(error: unknown): undefined {
  if (error instanceof Refusal && error.code === 'NOT_FOUNDED') return undefined;
  throw error;
}
