import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What surrounds documents: work that is done at its time, and notices. */
export class Around20261125500000 implements MigrationInterface {
  readonly name = 'Around20261125500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(JOBS);
    await runner.query(NOTICES);
    await runner.query(DATES);
    await runner.query(OWNERS);
    await runner.query(ACKNOWLEDGEMENTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}

const JOBS = `
  CREATE TABLE job (
    kind text NOT NULL,
    subject text NOT NULL,
    due_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'WAITING',
    attempts integer NOT NULL DEFAULT 0,
    code text,
    PRIMARY KEY (kind, subject),
    CONSTRAINT job_state CHECK (state IN ('WAITING', 'REFUSED'))
  );
  CREATE INDEX job_due ON job (due_at) WHERE state = 'WAITING';
`;

const NOTICES = `
  CREATE TABLE notice (
    id text PRIMARY KEY,
    person_id text NOT NULL,
    kind text NOT NULL,
    document_id text NOT NULL CONSTRAINT notice_of REFERENCES document (id) ON DELETE CASCADE,
    subject text NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz
  );
  CREATE INDEX notice_person ON notice (person_id, id);
  CREATE INDEX notice_document ON notice (document_id);
  CREATE UNIQUE INDEX notice_once ON notice (person_id, document_id, kind, subject);
`;

const DATES = `
  CREATE TABLE document_dates (
    document_id text PRIMARY KEY CONSTRAINT document_dates_of REFERENCES document (id) ON DELETE CASCADE,
    review_on date,
    expires_on date,
    expired_at timestamptz,
    declassify_on date,
    from_label_id integer REFERENCES document_label (id),
    to_label_id integer REFERENCES document_label (id),
    authority_id text,
    CONSTRAINT document_dates_clock CHECK (
      (declassify_on IS NULL) = (from_label_id IS NULL) AND (declassify_on IS NULL) = (to_label_id IS NULL)
      AND (declassify_on IS NULL) = (authority_id IS NULL))
  );
  CREATE INDEX document_dates_review ON document_dates (review_on, document_id) WHERE review_on IS NOT NULL;
`;

/** Who has filed a paper owns it, for the post that they are in now. */
const OWNERS = `
  CREATE TABLE document_owner (
    document_id text PRIMARY KEY CONSTRAINT document_owner_of REFERENCES document (id) ON DELETE CASCADE,
    owner_id text,
    post_id text NOT NULL,
    since timestamptz NOT NULL
  );
  CREATE INDEX document_owner_person ON document_owner (owner_id, post_id, document_id);
  CREATE INDEX document_owner_orphans ON document_owner (post_id, document_id) WHERE owner_id IS NULL;
  CREATE TABLE left_draft (
    draft_id text PRIMARY KEY CONSTRAINT left_draft_of REFERENCES document_draft (id) ON DELETE CASCADE,
    left_at timestamptz NOT NULL
  );
  INSERT INTO document_owner (document_id, owner_id, post_id, since)
    SELECT d.id, v.author_id, coalesce(p.post_id, ''), d.created_at FROM document d
    JOIN document_version v ON v.document_id = d.id AND v.number = 1
    LEFT JOIN person p ON p.id = v.author_id WHERE d.part_of IS NULL;
`;

const ACKNOWLEDGEMENTS = `
  CREATE TABLE acknowledgement_list (
    id text PRIMARY KEY,
    document_id text NOT NULL CONSTRAINT acknowledgement_list_of REFERENCES document (id) ON DELETE CASCADE,
    version integer NOT NULL,
    every_version boolean NOT NULL,
    requester_id text NOT NULL,
    note text NOT NULL,
    created_at timestamptz NOT NULL,
    due_at timestamptz,
    closed_at timestamptz
  );
  CREATE INDEX acknowledgement_list_document ON acknowledgement_list (document_id, id);
  CREATE TABLE acknowledgement (
    list_id text NOT NULL CONSTRAINT acknowledgement_of REFERENCES acknowledgement_list (id) ON DELETE CASCADE,
    person_id text NOT NULL,
    version integer,
    acknowledged_at timestamptz,
    PRIMARY KEY (list_id, person_id)
  );
  CREATE INDEX acknowledgement_person ON acknowledgement (person_id, list_id);
`;
