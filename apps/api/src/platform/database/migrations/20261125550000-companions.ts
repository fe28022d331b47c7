import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What stands around documents: comments, links, watches, saved searches, favourites and what was read. */
export class Companions20261125550000 implements MigrationInterface {
  readonly name = 'Companions20261125550000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COMMENTS);
    await runner.query(LINKS);
    await runner.query(WATCHES);
    await runner.query(SAVED);
    await runner.query(SHELF);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}

const COMMENTS = `
  CREATE TABLE document_comment (
    id text PRIMARY KEY,
    document_id text NOT NULL CONSTRAINT document_comment_on REFERENCES document (id) ON DELETE CASCADE,
    block_id text,
    version integer NOT NULL,
    label_id integer NOT NULL CONSTRAINT document_comment_label REFERENCES document_label (id),
    answer_to text CONSTRAINT document_comment_answers REFERENCES document_comment (id) ON DELETE CASCADE,
    author_id text NOT NULL,
    text text NOT NULL,
    mentions text[] NOT NULL,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    resolved_at timestamptz,
    resolved_by text
  );
  CREATE INDEX document_comment_listing ON document_comment (document_id, created_at, id);
  CREATE INDEX document_comment_thread ON document_comment (answer_to) WHERE answer_to IS NOT NULL;
`;

/** The links of the newest versions. No reference holds the target: what is absent and what is hidden are linked alike. */
const LINKS = `
  CREATE TABLE document_link (
    id text PRIMARY KEY,
    source_id text NOT NULL CONSTRAINT document_link_from REFERENCES document (id) ON DELETE CASCADE,
    block_id text NOT NULL,
    version integer NOT NULL,
    target_id text NOT NULL,
    target_block text NOT NULL,
    pinned_version integer NOT NULL,
    cited_version integer,
    block_hash bytea,
    current_hash bytea,
    state text NOT NULL,
    CONSTRAINT document_link_once UNIQUE (source_id, block_id, target_id, target_block, pinned_version),
    CONSTRAINT document_link_state CHECK (state IN ('CURRENT', 'CHANGED', 'GONE', 'SUPERSEDED'))
  );
  CREATE INDEX document_link_source ON document_link (source_id, id);
  CREATE INDEX document_link_target ON document_link (target_id, id);
`;

const WATCHES = `
  CREATE TABLE document_watch (
    id text PRIMARY KEY,
    person_id text NOT NULL,
    kind text NOT NULL,
    target_id text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT document_watch_once UNIQUE (person_id, kind, target_id),
    CONSTRAINT document_watch_kind CHECK (kind IN ('COLLECTION', 'DOCUMENT'))
  );
  CREATE INDEX document_watch_target ON document_watch (kind, target_id);
  CREATE TABLE document_happening (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch text NOT NULL,
    document_id text NOT NULL CONSTRAINT document_happening_to REFERENCES document (id) ON DELETE CASCADE,
    kind text NOT NULL,
    version integer NOT NULL,
    actor_id text NOT NULL,
    happened_at timestamptz NOT NULL
  );
  CREATE INDEX document_happening_batch ON document_happening (batch, seq);
`;

const SAVED = `
  CREATE TABLE saved_search (
    id text PRIMARY KEY,
    person_id text NOT NULL,
    name text NOT NULL,
    request jsonb NOT NULL,
    alerts boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT saved_search_name UNIQUE (person_id, name)
  );
  CREATE INDEX saved_search_listing ON saved_search (person_id, id);
  CREATE INDEX saved_search_alerting ON saved_search (person_id, id) WHERE alerts;
  CREATE TABLE saved_search_change (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id text,
    collection_id text,
    CONSTRAINT saved_search_change_one CHECK ((document_id IS NULL) <> (collection_id IS NULL))
  );
`;

const SHELF = `
  CREATE TABLE favourite (
    person_id text NOT NULL,
    document_id text NOT NULL CONSTRAINT favourite_of REFERENCES document (id) ON DELETE CASCADE,
    place integer NOT NULL,
    PRIMARY KEY (person_id, document_id)
  );
  CREATE INDEX favourite_order ON favourite (person_id, place);
  CREATE TABLE recent_reading (
    person_id text NOT NULL,
    document_id text NOT NULL CONSTRAINT recent_reading_of REFERENCES document (id) ON DELETE CASCADE,
    read_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, document_id)
  );
  CREATE INDEX recent_reading_order ON recent_reading (person_id, read_at, document_id);
`;
