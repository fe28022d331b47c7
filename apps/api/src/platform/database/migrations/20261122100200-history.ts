import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sealed history: which segments each device has handed in, and how far it says that they reach. */
const HISTORY = `
  CREATE TABLE history_manifest (
    device_id text PRIMARY KEY,
    person_id text NOT NULL,
    segments integer NOT NULL,
    head bytea NOT NULL,
    signature bytea NOT NULL,
    updated_at timestamptz NOT NULL
  );
  CREATE INDEX history_manifest_person ON history_manifest (person_id);
  CREATE TABLE history_segment (
    device_id text NOT NULL CONSTRAINT history_segment_manifest REFERENCES history_manifest (device_id),
    number integer NOT NULL,
    hash bytea NOT NULL,
    size integer NOT NULL,
    PRIMARY KEY (device_id, number)
  );
`;

export class History20261122100200 implements MigrationInterface {
  readonly name = 'History20261122100200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(HISTORY);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
