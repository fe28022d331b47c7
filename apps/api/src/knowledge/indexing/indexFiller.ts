import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { DirectoryService } from '../../directory/index.js';
import { Log } from '../../platform/log/log.js';
import { IndexState, IndexWriter, SearchEngine, lockIndex } from '../../platform/search/index.js';
import type { Building, Generation } from '../../platform/search/index.js';
import { loadIndexable, withParts } from './indexable.js';
import { enqueue, nextDocuments } from './outbox.js';

const BATCH = 300;

/** What one step did: whether more may wait. */
export type Step = 'worked' | 'idle';

/** Brings documents into generations of the index, and fills a new generation beside the one that answers. */
@Injectable()
export class IndexFiller {
  constructor(
    private readonly database: DataSource,
    private readonly directory: DirectoryService,
    private readonly state: IndexState,
    private readonly writer: IndexWriter,
    private readonly engine: SearchEngine,
    private readonly log: Log,
  ) {}

  /** Brings the documents, and the parts of each, to the state that they have now. The transaction has to hold the index's lock. */
  async update(
    documentIds: readonly string[],
    generations: readonly Generation[],
    transaction: EntityManager,
  ): Promise<void> {
    const ids = await withParts(documentIds, transaction);
    const documents = await loadIndexable(ids, await this.directory.policy(), transaction);
    await this.writer.replace(ids, documents, generations, transaction);
  }

  /**
   * The next documents of the generation that is being built; after the last one it takes over. What changes meanwhile goes
   * to both generations, by the outbox. What can't be filled in is left to the outbox too, which tries each alone.
   */
  async fill(): Promise<Step> {
    const batch: { building?: Building; ids: readonly string[] } = { ids: [] };
    try {
      return await this.locked(async (transaction) => {
        const building = await this.state.building(transaction);
        if (!building) return 'idle';
        Object.assign(batch, { building, ids: await nextDocuments(building.filledTo, BATCH, transaction) });
        if (batch.ids.length === 0) await this.takeOver(building, transaction);
        else await this.fillIn(building, batch.ids, transaction);
        return 'worked';
      });
    } catch (error) {
      if (!batch.building || !(await this.engine.isHealthy())) throw error;
      await this.passOver(batch.building, batch.ids, error);
      return 'worked';
    }
  }

  /** Takes a part of what no search uses any more out of the database, and its last part out of the engine. */
  async discard(): Promise<Step> {
    const old = await this.state.outlived();
    if (!old) return 'idle';
    return this.locked(async (transaction) => {
      if ((await this.writer.discard(old, BATCH, transaction)) > 0) return 'worked';
      await this.engine.clear(old);
      await this.state.forget(old, transaction);
      return 'worked';
    });
  }

  private async locked(work: (transaction: EntityManager) => Promise<Step>): Promise<Step> {
    return this.database.transaction(async (transaction) =>
      (await lockIndex(transaction)) ? work(transaction) : 'idle',
    );
  }

  private async fillIn(building: Building, ids: readonly string[], transaction: EntityManager): Promise<void> {
    await this.update(ids, [building], transaction);
    await this.state.fill(building, ids.at(-1) ?? '', transaction);
  }

  private async takeOver(building: Building, transaction: EntityManager): Promise<void> {
    await this.state.swap(building, transaction);
    this.log.info('index.rebuilt', { engine: this.engine.name, generation: building.no });
  }

  private async passOver(building: Building, ids: readonly string[], cause: unknown): Promise<void> {
    if (ids.length === 0) throw cause;
    this.log.error('index.fill.failed', cause, { documents: ids.length });
    await this.locked(async (transaction) => {
      await enqueue(ids, transaction);
      await this.state.fill(building, ids.at(-1) ?? '', transaction);
      return 'worked';
    });
  }
}
