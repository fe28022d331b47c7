import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The files that documents were made from, whose bytes are blobs; and who has taken which documents out. */
export class Originals20261124700000 implements MigrationInterface {
  readonly name = 'Originals20261124700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ORIGINALS);
    await runner.query(EXPORTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}

const ORIGINALS = `
  CREATE TABLE original_blob (
    id uuid PRIMARY KEY,
    document_id text NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    size bigint NOT NULL,
    person_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('OPEN', 'COMPLETE', 'DOOMED')),
    upload jsonb NOT NULL,
    touched_at timestamptz NOT NULL
  );
  CREATE UNIQUE INDEX original_blob_content ON original_blob (document_id, sha256) WHERE state <> 'DOOMED';
  CREATE INDEX original_blob_hash ON original_blob (sha256) WHERE state = 'COMPLETE';
  CREATE INDEX original_blob_open ON original_blob (touched_at) WHERE state = 'OPEN';
  CREATE INDEX original_blob_doomed ON original_blob (id) WHERE state = 'DOOMED';
  CREATE TABLE document_original (
    id uuid PRIMARY KEY,
    version_id text NOT NULL CONSTRAINT document_original_version UNIQUE
      REFERENCES document_version (id) ON DELETE CASCADE,
    blob_id uuid NOT NULL REFERENCES original_blob (id) ON DELETE CASCADE,
    name text NOT NULL,
    media_type text NOT NULL
  );
  CREATE INDEX document_original_blob ON document_original (blob_id);
  CREATE TABLE original_usage (
    scope text PRIMARY KEY,
    bytes bigint NOT NULL
  );
`;

const EXPORTS = `
  CREATE TABLE document_export (
    id text PRIMARY KEY,
    person_id text NOT NULL,
    device_id text NOT NULL,
    at timestamptz NOT NULL
  );
`;
