import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a new device meets one that is enrolled, and what is noted of devices beside their statements. */
const DEVICES = `
  CREATE TABLE pairing (
    id text PRIMARY KEY,
    code text NOT NULL CONSTRAINT pairing_code UNIQUE,
    token_hash bytea NOT NULL CONSTRAINT pairing_token UNIQUE,
    commitment bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    device_id text,
    answer bytea,
    offer bytea,
    nonce bytea,
    sealed bytea,
    ended text CONSTRAINT pairing_end CHECK (ended IN ('INSTALLED', 'REFUSED'))
  );
  CREATE INDEX pairing_expiry ON pairing (expires_at);
  CREATE TABLE device_note (
    device_id text PRIMARY KEY CONSTRAINT device_note_device REFERENCES device (id),
    name text,
    named_at timestamptz,
    named_by text,
    signature bytea,
    seen_at timestamptz
  );
`;

/** The way back for people without any device. */
const RECOVERY = `
  CREATE TABLE recovery_bundle (
    person_id text PRIMARY KEY CONSTRAINT recovery_bundle_person REFERENCES person (id),
    locator_hash bytea NOT NULL CONSTRAINT recovery_bundle_locator UNIQUE,
    bundle bytea NOT NULL,
    created_at timestamptz NOT NULL
  );
  CREATE TABLE recovery_request (
    id text PRIMARY KEY,
    person_id text NOT NULL CONSTRAINT recovery_request_person REFERENCES person (id),
    token_hash bytea NOT NULL CONSTRAINT recovery_request_token UNIQUE,
    device_id text NOT NULL,
    device_name text NOT NULL,
    signature_key bytea NOT NULL,
    requested_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    state text NOT NULL CONSTRAINT recovery_request_state CHECK (state IN ('WAITING', 'APPROVED', 'REFUSED', 'DONE')),
    decided_by text,
    decided_at timestamptz,
    signature bytea
  );
  CREATE INDEX recovery_request_listing ON recovery_request (requested_at, id);
`;

export class Devices20261122100300 implements MigrationInterface {
  readonly name = 'Devices20261122100300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DEVICES);
    await runner.query(RECOVERY);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
