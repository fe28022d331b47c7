import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The index in generations: a new one is built beside the one that answers, and takes its place when it is whole. What was
 * indexed before is the first generation. An entry has what search narrows, sorts and suggests by. And the ministry's synonyms.
 */
export class Finding20261125300000 implements MigrationInterface {
  readonly name = 'Finding20261125300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(GENERATIONS);
    await runner.query(ENTRIES);
    await runner.query(SYNONYMS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}

const GENERATIONS = `
  CREATE TABLE search_generation (
    no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('BUILDING', 'LIVE', 'RETIRED')),
    engine text NOT NULL,
    form integer NOT NULL,
    analysis integer NOT NULL,
    index_name text NOT NULL,
    filled_to text NOT NULL DEFAULT '',
    changed_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE UNIQUE INDEX search_generation_once ON search_generation (state) WHERE state <> 'RETIRED';
  INSERT INTO search_generation (state, engine, form, analysis, index_name)
    SELECT 'LIVE', split_part(fingerprint, ' ', 1), 1, split_part(fingerprint, ' ', 2)::integer, index_name FROM search_state;
  DROP TABLE search_state;
  ALTER TABLE search_partition
    ADD COLUMN generation integer NOT NULL DEFAULT 1,
    DROP CONSTRAINT search_partition_once,
    ADD CONSTRAINT search_partition_once UNIQUE (generation, label_id, collection_id, language);
  ALTER TABLE search_partition ALTER COLUMN generation DROP DEFAULT;
`;

const SYNONYMS = `
  CREATE TABLE synonym (
    id text PRIMARY KEY,
    language text NOT NULL,
    words text[] NOT NULL,
    means text[] NOT NULL,
    both_ways boolean NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL
  );
`;

const ENTRIES = `
  ALTER TABLE search_entry
    ADD COLUMN generation integer NOT NULL DEFAULT 1,
    ADD COLUMN state text NOT NULL DEFAULT 'FILED',
    ADD COLUMN title_key text NOT NULL DEFAULT '',
    ADD COLUMN offers jsonb NOT NULL DEFAULT '[]',
    DROP CONSTRAINT search_entry_document,
    ADD CONSTRAINT search_entry_document UNIQUE (document_id, generation);
  ALTER TABLE search_entry
    ALTER COLUMN generation DROP DEFAULT,
    ALTER COLUMN state DROP DEFAULT,
    ALTER COLUMN title_key DROP DEFAULT,
    ALTER COLUMN offers DROP DEFAULT;
  CREATE TABLE search_suggestion (
    partition_id integer NOT NULL,
    kind text NOT NULL,
    key text COLLATE "C" NOT NULL,
    shown text NOT NULL,
    entries integer NOT NULL,
    PRIMARY KEY (partition_id, kind, key, shown)
  ) WITH (fillfactor = 80);
  CREATE INDEX search_entry_oldest ON search_entry (first_day, document_id);
  CREATE INDEX search_entry_generation ON search_entry (generation, no);
`;
