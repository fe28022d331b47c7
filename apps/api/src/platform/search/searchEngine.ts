import type { EntityManager } from 'typeorm';

import type { ClearanceFilter } from './clearanceFilter.js';
import type { Generation } from './indexState.js';
import type { CandidateQuery, Candidates, Differences, IndexBatch, KnownEntry } from './types.js';

/**
 * Finds candidates; what they are worth is decided elsewhere (ranking.ts), the same for every engine. An engine knows
 * terms by number only: vocabulary, statistics and term vectors are kept in the database for all engines.
 *
 * What stands in an engine decides nothing: every candidate is authorised again against the database.
 */
export abstract class SearchEngine {
  /** Name that people see, for instance `postgres`. */
  abstract readonly name: string;

  /** Makes a place for a generation; throws where the engine can't be reached. Doing it twice is harmless. */
  abstract prepare(generation: Generation): Promise<void>;

  /**
   * Takes in and removes, in the transaction that changes the statistics. Resolves when the change can be found (for an
   * engine inside the database: when the transaction commits). Doing it twice, or again after a rollback, is harmless.
   */
  abstract index(batch: IndexBatch, transaction: EntityManager): Promise<void>;

  /** Forgets what it keeps of a generation outside the database. Throws where the engine can't be reached. */
  abstract clear(generation: Generation): Promise<void>;

  /**
   * Which of the entries the engine does not have whole, and which documents it has beyond `entries`. Throws where the
   * engine can't be reached.
   *
   * @param entries - everything that a generation has, in parts
   */
  abstract compare(generation: Generation, entries: AsyncIterable<readonly KnownEntry[]>): Promise<Differences>;

  /** At most `limit` documents that fit, from what `filter` lets the reader read. Throws SEARCH_UNAVAILABLE. */
  abstract candidates(query: CandidateQuery, filter: ClearanceFilter, limit: number): Promise<Candidates>;

  /** Whether the engine answers; never throws. */
  abstract isHealthy(): Promise<boolean>;
}
