import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people file: collections, grants, documents and their versions. */
const FILED = `
  CREATE TABLE document_label (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    canonical text NOT NULL CONSTRAINT document_label_canonical UNIQUE
  );
  CREATE TABLE collection (
    id text PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL,
    parent_id text REFERENCES collection (id),
    path text[] NOT NULL,
    default_label_id integer NOT NULL REFERENCES document_label (id),
    index_ceiling text,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL
  );
  CREATE INDEX collection_path ON collection USING gin (path);
  CREATE TABLE collection_grant (
    id text PRIMARY KEY,
    collection_id text NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
    access text NOT NULL CHECK (access IN ('READ', 'WRITE', 'MANAGE')),
    grantee_kind text NOT NULL CHECK (grantee_kind IN ('person', 'post', 'role')),
    grantee_id text NOT NULL,
    granted_by text NOT NULL,
    granted_at timestamptz NOT NULL,
    CONSTRAINT collection_grant_once UNIQUE (collection_id, grantee_kind, grantee_id)
  );
  CREATE INDEX collection_grant_grantee ON collection_grant (grantee_kind, grantee_id);
  CREATE TABLE document (
    id text PRIMARY KEY,
    collection_id text NOT NULL REFERENCES collection (id),
    source_id text,
    label_id integer NOT NULL REFERENCES document_label (id),
    version integer NOT NULL,
    kind text NOT NULL,
    language text NOT NULL,
    level text NOT NULL,
    countries text[] NOT NULL,
    topics text[] NOT NULL,
    content_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  );
  CREATE INDEX document_listing ON document (collection_id, id, label_id);
  CREATE INDEX document_counting ON document (collection_id, label_id);
  CREATE INDEX document_source ON document (collection_id, source_id);
  CREATE TABLE document_version (
    id text PRIMARY KEY,
    document_id text NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    number integer NOT NULL,
    label_id integer NOT NULL REFERENCES document_label (id),
    author_id text NOT NULL,
    created_at timestamptz NOT NULL,
    sha256 bytea NOT NULL,
    change_note text NOT NULL,
    metadata jsonb NOT NULL,
    body text NOT NULL,
    CONSTRAINT document_version_number UNIQUE (document_id, number)
  );
  CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a version never changes'; END $$;
  CREATE TRIGGER document_version_immutable BEFORE UPDATE ON document_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
  CREATE TABLE index_outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX index_outbox_due ON index_outbox (due_at, seq);
`;

/**
 * What is made from the documents and can be made again: vocabulary, statistics and term vectors for every engine,
 * and the postings that are the PostgreSQL engine's own.
 */
const DERIVED = `
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE TABLE search_term (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    term text NOT NULL CONSTRAINT search_term_once UNIQUE
  );
  CREATE INDEX search_term_similar ON search_term USING gin (term gin_trgm_ops);
  CREATE TABLE search_partition (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    label_id integer NOT NULL,
    collection_id text NOT NULL,
    language text NOT NULL,
    scopes text[] NOT NULL,
    entries integer NOT NULL DEFAULT 0,
    lengths bigint[] NOT NULL DEFAULT '{}',
    CONSTRAINT search_partition_once UNIQUE (label_id, collection_id, language)
  );
  CREATE TABLE search_frequency (
    term_id integer NOT NULL,
    partition_id integer NOT NULL,
    entries integer NOT NULL,
    PRIMARY KEY (term_id, partition_id)
  ) WITH (fillfactor = 80);
  CREATE TABLE search_entry (
    no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id text NOT NULL CONSTRAINT search_entry_document UNIQUE,
    partition_id integer NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    level text NOT NULL,
    countries text[] NOT NULL,
    topics text[] NOT NULL,
    from_terms text[] NOT NULL,
    to_terms text[] NOT NULL,
    first_day integer,
    last_day integer,
    length real NOT NULL
  );
  CREATE INDEX search_entry_newest ON search_entry (last_day DESC NULLS LAST, document_id);
  CREATE TABLE search_vector (
    entry_no integer PRIMARY KEY REFERENCES search_entry (no) ON DELETE CASCADE,
    vector bytea NOT NULL
  );
  ALTER TABLE search_vector ALTER COLUMN vector SET STORAGE EXTERNAL;
  CREATE TABLE search_posting (
    term_id integer NOT NULL,
    entry_no integer NOT NULL,
    weight real NOT NULL,
    length real NOT NULL,
    partition_id integer NOT NULL,
    PRIMARY KEY (term_id, entry_no) INCLUDE (weight, length, partition_id)
  );
  CREATE TABLE search_state (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    fingerprint text NOT NULL,
    index_name text NOT NULL
  );
`;

/** Knowledge: collections, documents, versions, and what search keeps about them. */
export class Knowledge20261121100300 implements MigrationInterface {
  readonly name = 'Knowledge20261121100300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FILED);
    await runner.query(DERIVED);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
