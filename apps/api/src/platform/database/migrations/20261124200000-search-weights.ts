import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How often a term stands in the papers of a partition, by weighted fields. A term that comes often where it comes at all
 * says what papers are about; the index is built anew for it (see IndexState).
 */
export class SearchWeights20261124200000 implements MigrationInterface {
  readonly name = 'SearchWeights20261124200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE search_frequency ADD COLUMN weight double precision NOT NULL DEFAULT 0');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
