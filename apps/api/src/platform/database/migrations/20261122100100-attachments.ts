import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Attachments: whose they are, how much of them is stored, which messages name them. Their bytes are blobs. */
export class Attachments20261122100100 implements MigrationInterface {
  readonly name = 'Attachments20261122100100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ATTACHMENTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}

/**
 * A reference is written before its envelope, and names it by what makes it unique; it counts when the envelope is there.
 * So a crash between the two neither loses an attachment nor keeps one for ever.
 */
const ATTACHMENTS = `
  CREATE TABLE attachment (
    id uuid PRIMARY KEY,
    group_id text NOT NULL,
    person_id text NOT NULL,
    device_id text NOT NULL,
    size bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('OPEN', 'COMPLETE', 'DOOMED')),
    is_kept boolean NOT NULL,
    upload jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    touched_at timestamptz NOT NULL
  );
  CREATE INDEX attachment_touched ON attachment (touched_at) WHERE NOT is_kept;
  CREATE INDEX attachment_doomed ON attachment (id) WHERE state = 'DOOMED';
  CREATE TABLE attachment_reference (
    attachment_id uuid NOT NULL REFERENCES attachment (id) ON DELETE CASCADE,
    group_id text NOT NULL,
    sender_device text NOT NULL,
    idempotency_key bytea NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (attachment_id, sender_device, idempotency_key)
  );
  CREATE TABLE attachment_grant (
    token_hash bytea PRIMARY KEY,
    attachment_id uuid NOT NULL REFERENCES attachment (id) ON DELETE CASCADE,
    device_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('UPLOAD', 'DOWNLOAD')),
    expires_at timestamptz NOT NULL
  );
  CREATE INDEX attachment_grant_attachment ON attachment_grant (attachment_id);
  CREATE INDEX attachment_grant_expiry ON attachment_grant (expires_at);
  CREATE TABLE attachment_usage (
    scope text PRIMARY KEY,
    bytes bigint NOT NULL
  );
`;
