import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Revoked people, roles that end, acts that wait for a second officer, and the audit trail. */
export class Acts20261122100400 implements MigrationInterface {
  readonly name = 'Acts20261122100400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE access_session ADD COLUMN previous_hash bytea;
      CREATE INDEX access_session_previous ON access_session (previous_hash);
      ALTER TABLE person ADD COLUMN revoked_at timestamptz;
      ALTER TABLE person_role ADD COLUMN until timestamptz;
      CREATE TABLE approval (
        id text PRIMARY KEY,
        statements bytea[] NOT NULL,
        state text NOT NULL CONSTRAINT approval_state CHECK (state IN ('OPEN', 'APPROVED', 'REFUSED', 'WITHDRAWN')),
        proposer_id text NOT NULL CONSTRAINT approval_proposer REFERENCES person (id),
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        decider_id text CONSTRAINT approval_decider REFERENCES person (id),
        decided_at timestamptz
      );
      CREATE INDEX approval_listing ON approval (created_at, id);
      CREATE TABLE audit_entry (
        seq integer PRIMARY KEY,
        at timestamptz NOT NULL,
        kind text NOT NULL,
        device_id text,
        person_id text,
        payload bytea NOT NULL,
        hash bytea NOT NULL
      );
      CREATE INDEX audit_entry_person ON audit_entry (person_id, seq);
      CREATE INDEX audit_entry_kind ON audit_entry (kind, seq);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
