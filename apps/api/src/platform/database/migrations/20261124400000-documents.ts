import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bodies as blocks, parts of documents with labels of their own, drafts, and reviews. */
export class Documents20261124400000 implements MigrationInterface {
  readonly name = 'Documents20261124400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DOCUMENTS);
    await runner.query(DRAFTS);
    await runner.query(REVIEWS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}

const DOCUMENTS = `
  ALTER TABLE document_version ADD COLUMN blocks jsonb;
  ALTER TABLE document
    ADD COLUMN part_of text CONSTRAINT document_part_of REFERENCES document (id) ON DELETE CASCADE,
    ADD COLUMN slot text,
    ADD COLUMN state text NOT NULL DEFAULT 'FILED',
    ADD COLUMN approved_version integer,
    ADD COLUMN superseded_by text CONSTRAINT document_superseded_by REFERENCES document (id),
    ADD CONSTRAINT document_state CHECK (state IN ('FILED', 'DRAFT', 'IN_REVIEW', 'APPROVED', 'SUPERSEDED')),
    ADD CONSTRAINT document_part CHECK ((part_of IS NULL) = (slot IS NULL));
  CREATE INDEX document_parts ON document (part_of) WHERE part_of IS NOT NULL;
`;

const DRAFTS = `
  CREATE TABLE document_draft (
    id text PRIMARY KEY,
    author_id text NOT NULL,
    collection_id text NOT NULL,
    document_id text,
    base_version integer,
    label_id integer NOT NULL REFERENCES document_label (id),
    seq integer NOT NULL,
    content jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  );
  CREATE INDEX document_draft_author ON document_draft (author_id, id);
  CREATE UNIQUE INDEX document_draft_once ON document_draft (author_id, document_id) WHERE document_id IS NOT NULL;
`;

const REVIEWS = `
  CREATE TABLE document_review (
    id text PRIMARY KEY,
    document_id text NOT NULL CONSTRAINT document_review_of REFERENCES document (id) ON DELETE CASCADE,
    version integer NOT NULL,
    requester_id text NOT NULL,
    note text NOT NULL,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT document_review_state CHECK (state IN ('OPEN', 'APPROVED', 'CHANGES_REQUESTED', 'WITHDRAWN'))
  );
  CREATE UNIQUE INDEX document_review_open ON document_review (document_id) WHERE state = 'OPEN';
  CREATE INDEX document_review_document ON document_review (document_id, id);
  CREATE TABLE document_reviewer (
    review_id text NOT NULL CONSTRAINT document_reviewer_of REFERENCES document_review (id) ON DELETE CASCADE,
    person_id text NOT NULL,
    due_at timestamptz,
    answer text,
    note text NOT NULL,
    answered_at timestamptz,
    PRIMARY KEY (review_id, person_id),
    CONSTRAINT document_reviewer_answer CHECK (answer IN ('APPROVED', 'CHANGES_REQUESTED'))
  );
  CREATE INDEX document_reviewer_person ON document_reviewer (person_id, review_id);
`;
