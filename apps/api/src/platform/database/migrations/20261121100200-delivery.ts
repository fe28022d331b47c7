import type { MigrationInterface, QueryRunner } from 'typeorm';

import { appendEnvelopes } from './appendEnvelopes.js';

/** KeyPackages, groups, the ordered log of each group, Welcomes and receipts. */
export class Delivery20261121100200 implements MigrationInterface {
  readonly name = 'Delivery20261121100200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEY_PACKAGES);
    await runner.query(GROUPS);
    await runner.query(LOG);
    await runner.query(appendEnvelopes());
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}

/** A claimed KeyPackage keeps its row until it expires, so that it cannot be published and claimed a second time. */
const KEY_PACKAGES = `
  CREATE TABLE key_package (
    ref bytea PRIMARY KEY,
    device_id text NOT NULL,
    cipher_suite integer NOT NULL,
    is_last_resort boolean NOT NULL,
    payload bytea NOT NULL,
    published_at timestamptz NOT NULL,
    not_after timestamptz NOT NULL,
    claimed_at timestamptz
  );
  CREATE INDEX key_package_unclaimed ON key_package (device_id, published_at) WHERE claimed_at IS NULL;
  CREATE INDEX key_package_expiry ON key_package (not_after);
`;

/**
 * Every append writes the row of its group, so that row stays small and has room beside it: the public state, which only
 * commits and proposals write, has a table of its own.
 */
const GROUPS = `
  CREATE TABLE mls_group (
    id text PRIMARY KEY,
    label text NOT NULL,
    cipher_suite integer NOT NULL,
    epoch integer NOT NULL,
    last_seq integer NOT NULL,
    member_count integer NOT NULL,
    creator_device text NOT NULL,
    idempotency_key bytea NOT NULL,
    created_at timestamptz NOT NULL
  ) WITH (fillfactor = 50);
  CREATE TABLE mls_group_state (
    group_id text PRIMARY KEY,
    epoch integer NOT NULL,
    revision integer NOT NULL,
    state bytea NOT NULL
  );
  CREATE TABLE group_member (
    group_id text NOT NULL,
    device_id text NOT NULL,
    first_seq integer NOT NULL,
    left_seq integer,
    leaf_index integer NOT NULL,
    PRIMARY KEY (group_id, device_id, first_seq)
  );
  CREATE UNIQUE INDEX group_member_present ON group_member (group_id, device_id) WHERE left_seq IS NULL;
  CREATE INDEX group_member_device ON group_member (device_id, group_id) WHERE left_seq IS NULL;
`;

/** Payloads are ciphertext, so compressing them would only cost time. */
const LOG = `
  CREATE TABLE envelope (
    group_id text NOT NULL,
    seq integer NOT NULL,
    kind text NOT NULL,
    epoch integer NOT NULL,
    sender_device text NOT NULL,
    idempotency_key bytea NOT NULL,
    accepted_at timestamptz NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (group_id, seq)
  );
  ALTER TABLE envelope ALTER COLUMN payload SET STORAGE EXTERNAL;
  CREATE UNIQUE INDEX envelope_idempotency ON envelope (group_id, sender_device, idempotency_key);
  CREATE TABLE welcome (
    id uuid PRIMARY KEY,
    group_id text NOT NULL,
    next_seq integer NOT NULL,
    payload bytea NOT NULL,
    created_at timestamptz NOT NULL
  );
  CREATE TABLE welcome_recipient (
    device_id text NOT NULL,
    welcome_id uuid NOT NULL REFERENCES welcome (id) ON DELETE CASCADE,
    PRIMARY KEY (device_id, welcome_id)
  );
  CREATE INDEX welcome_recipient_welcome ON welcome_recipient (welcome_id);
  CREATE TABLE receipt (
    group_id text NOT NULL,
    device_id text NOT NULL,
    kind text NOT NULL,
    up_to integer NOT NULL,
    signature bytea NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (group_id, device_id, kind)
  );
`;
