import { setTimeout as delay } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { DirectoryService } from '../../directory/index.js';
import { IndexCheck, IndexState, SearchEngine, lockIndex } from '../../platform/search/index.js';
import type { Difference, Generation } from '../../platform/search/index.js';
import { loadIndexable } from './indexable.js';
import { enqueue, nextDocuments, pending, waitingAmong } from './outbox.js';

const BATCH = 300;
const POLL_MS = 100;

/** What a comparison of the index with the database came to. */
export interface Checked {
  readonly engine: string;
  readonly documents: number;
  readonly differences: readonly Difference[];
  /** Number of parts of the index whose counters are wrong; only a rebuild mends them. */
  readonly miscounted: number;
}

/** How far a check or a rebuild is. */
export type Tell = (progress: { readonly done: number; readonly total: number }) => void;

/**
 * What the operator does to the index. Differences name documents whoever may read them, so none of this is offered to
 * people by the API: only to whoever holds the database anyway, on the server's machine.
 */
@Injectable()
export class IndexKeeper {
  constructor(
    private readonly database: DataSource,
    private readonly directory: DirectoryService,
    private readonly state: IndexState,
    private readonly inspection: IndexCheck,
    private readonly engine: SearchEngine,
  ) {}

  /** Compares both ways. What only waits to be indexed is no difference. Indexing waits meanwhile, searches go on. */
  async check(tell: Tell): Promise<Checked> {
    return this.locked(async (transaction) => {
      const generation = await this.state.live(transaction);
      const total = await countDocuments(transaction);
      const differences: Difference[] = [];
      let documents = 0;
      for (let after = ''; ;) {
        const ids = await nextDocuments(after, BATCH, transaction);
        if (ids.length === 0) break;
        differences.push(...(await this.compare(ids, generation, transaction)));
        after = ids.at(-1) ?? '';
        documents += ids.length;
        tell({ done: documents, total });
      }
      differences.push(...(await this.inspection.orphans(generation, transaction)));
      differences.push(...(await this.inspection.atEngine(generation, transaction)));
      const miscounted = await this.inspection.miscounted(generation, transaction);
      return { engine: this.engine.name, documents, differences, miscounted };
    });
  }

  /** Lets the index follow these documents once more, and resolves when it has. */
  async repair(differences: readonly Difference[], tell: Tell): Promise<void> {
    await enqueue([...new Set(differences.map(({ documentId }) => documentId))], this.database.manager);
    await this.caughtUp(tell);
  }

  /** Builds a new index beside the one that answers, and resolves when it has taken over. */
  async rebuild(tell: Tell): Promise<void> {
    await this.locked((transaction) => this.state.begin(this.engine.name, transaction));
    await this.caughtUp(tell);
  }

  /** Resolves when the worker, be it of this process or of a server, has nothing more to do. */
  private async caughtUp(tell: Tell): Promise<void> {
    const total = await pending(this.database.manager);
    for (let left = total; left > 0; left = await pending(this.database.manager)) {
      tell({ done: Math.max(0, total - left), total });
      await delay(POLL_MS);
    }
  }

  private async compare(
    ids: readonly string[],
    generation: Generation,
    transaction: EntityManager,
  ): Promise<Difference[]> {
    const documents = await loadIndexable(ids, await this.directory.policy(), transaction);
    const found = await this.inspection.documents(ids, documents, generation, transaction);
    // asked last: whatever was changed before stands here as long as the lock is held
    const waiting = await waitingAmong(
      found.map(({ documentId }) => documentId),
      transaction,
    );
    return found.filter(({ documentId }) => !waiting.has(documentId));
  }

  private async locked<Result>(work: (transaction: EntityManager) => Promise<Result>): Promise<Result> {
    for (;;) {
      const outcome = await this.database.transaction(async (transaction) =>
        (await lockIndex(transaction)) ? { result: await work(transaction) } : undefined,
      );
      if (outcome) return outcome.result;
      await delay(POLL_MS);
    }
  }
}

async function countDocuments(transaction: EntityManager): Promise<number> {
  const [row] = await transaction.query<{ total: number }[]>('SELECT count(*)::integer AS total FROM document');
  return row?.total ?? 0;
}
