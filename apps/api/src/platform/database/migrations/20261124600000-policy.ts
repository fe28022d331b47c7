import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Security policies that follow each other, and documents whose labels are lowered by two people. */
export class Policy20261124600000 implements MigrationInterface {
  readonly name = 'Policy20261124600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE security_policy (
        seq integer PRIMARY KEY,
        hash bytea NOT NULL,
        policy text NOT NULL,
        in_force_since timestamptz NOT NULL
      );
      INSERT INTO security_policy (seq, hash, policy, in_force_since)
        SELECT 1, sha256(convert_to(policy, 'UTF8')), policy, founded_at FROM ministry;
      ALTER TABLE approval ADD COLUMN policy text;
      CREATE TABLE downgrade_request (
        id text PRIMARY KEY,
        document_id text NOT NULL CONSTRAINT downgrade_request_of REFERENCES document (id) ON DELETE CASCADE,
        base_version integer NOT NULL,
        from_label_id integer NOT NULL REFERENCES document_label (id),
        to_label_id integer NOT NULL REFERENCES document_label (id),
        reason text NOT NULL,
        state text NOT NULL,
        requester_id text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        decider_id text,
        decided_at timestamptz,
        CONSTRAINT downgrade_request_state CHECK (state IN ('OPEN', 'APPROVED', 'REFUSED', 'WITHDRAWN'))
      );
      CREATE INDEX downgrade_request_listing ON downgrade_request (created_at, id);
      CREATE INDEX downgrade_request_document ON downgrade_request (document_id);
      CREATE TABLE index_policy ("only" boolean PRIMARY KEY DEFAULT true CHECK ("only"), hash bytea NOT NULL);
      INSERT INTO index_policy (hash) SELECT hash FROM security_policy;
      ALTER TABLE ministry DROP COLUMN policy;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
