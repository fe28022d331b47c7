import type { EntityManager } from 'typeorm';

import type { ClearanceFilter } from './clearanceFilter.js';
import type { CandidateQuery, Candidates, IndexBatch } from './types.js';

/**
 * Finds candidates; what they are worth is decided elsewhere (ranking.ts), the same for every engine. An engine knows
 * terms by number only: vocabulary, statistics and term vectors are kept in the database for all engines.
 *
 * What stands in an engine decides nothing: every candidate is authorised again against the database.
 */
export abstract class SearchEngine {
  /** Name that people see, for instance `postgres`. */
  abstract readonly name: string;

  /** Makes the engine ready for `index`; throws where it can't be reached. Doing it twice is harmless. */
  abstract prepare(): Promise<void>;

  /**
   * Takes in and removes, in the transaction that changes the statistics. Resolves when the change can be found (for an
   * engine inside the database: when the transaction commits). Doing it twice, or again after a rollback, is harmless.
   */
  abstract index(batch: IndexBatch, transaction: EntityManager): Promise<void>;

  /** Forgets what it keeps outside the database; where it can't be reached it forgets later. */
  abstract clear(): Promise<void>;

  /** At most `limit` documents that fit, from what `filter` lets the reader read. Throws SEARCH_UNAVAILABLE. */
  abstract candidates(query: CandidateQuery, filter: ClearanceFilter, limit: number): Promise<Candidates>;

  /** Whether the engine answers; never throws. */
  abstract isHealthy(): Promise<boolean>;
}
