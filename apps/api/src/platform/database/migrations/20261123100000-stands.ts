import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where each device stands in the order of each of its groups, in its own signed words: one row each, the newest. */
export class Stands20261123100000 implements MigrationInterface {
  readonly name = 'Stands20261123100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stand (
        group_id text NOT NULL,
        device_id text NOT NULL,
        seq integer NOT NULL,
        head bytea NOT NULL,
        at timestamptz NOT NULL,
        signature bytea NOT NULL,
        PRIMARY KEY (group_id, device_id)
      )`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
