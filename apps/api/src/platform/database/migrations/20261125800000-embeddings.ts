import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Vectors of what the index holds, from a service outside; empty where none is configured. */
export class Embeddings20261125800000 implements MigrationInterface {
  readonly name = 'Embeddings20261125800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(EMBEDDINGS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}

/** Vectors do not compress; kept outside their rows, they are read with nothing beside them. */
const EMBEDDINGS = `
  CREATE TABLE search_embedding (
    entry_no integer PRIMARY KEY CONSTRAINT search_embedding_of REFERENCES search_entry (no) ON DELETE CASCADE,
    vector bytea NOT NULL
  );
  ALTER TABLE search_embedding ALTER COLUMN vector SET STORAGE EXTERNAL;
  CREATE TABLE search_embedding_state (
    "only" boolean PRIMARY KEY DEFAULT true CHECK ("only"),
    made_with text NOT NULL,
    dimensions integer,
    done_to integer NOT NULL
  );
`;
