import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The ministry, its posts, the log of statements, and what the statements say as tables. */
const SIGNED = `
  CREATE TABLE ministry (
    id text PRIMARY KEY,
    "only" boolean NOT NULL DEFAULT true CONSTRAINT ministry_only UNIQUE CONSTRAINT ministry_is_one CHECK ("only"),
    name text NOT NULL,
    root_fingerprint bytea NOT NULL,
    policy text NOT NULL,
    founded_at timestamptz NOT NULL
  );
  CREATE TABLE founding_token (
    "only" boolean PRIMARY KEY DEFAULT true CONSTRAINT founding_token_is_one CHECK ("only"),
    token_hash bytea NOT NULL,
    issued_at timestamptz NOT NULL
  );
  CREATE TABLE post (
    id text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT post_kind CHECK (kind IN ('DEPARTMENT', 'MISSION')),
    country text,
    time_zone text NOT NULL,
    parent_id text CONSTRAINT post_parent REFERENCES post (id)
  );
  CREATE INDEX post_listing ON post (name, id);
  CREATE TABLE statement (
    seq integer PRIMARY KEY,
    id bytea NOT NULL CONSTRAINT statement_once UNIQUE,
    payload bytea NOT NULL,
    recorded_at timestamptz NOT NULL
  );
  CREATE TABLE person (
    id text PRIMARY KEY,
    name text NOT NULL,
    post_id text NOT NULL CONSTRAINT person_post REFERENCES post (id),
    identity_key bytea NOT NULL
  );
  CREATE INDEX person_listing ON person (name, id);
  CREATE INDEX person_post_listing ON person (post_id, name, id);
  CREATE TABLE device (
    id text PRIMARY KEY,
    person_id text NOT NULL CONSTRAINT device_person REFERENCES person (id),
    name text NOT NULL,
    signature_key bytea NOT NULL,
    added_at timestamptz NOT NULL,
    added_seq integer NOT NULL,
    revoked_at timestamptz
  );
  CREATE INDEX device_of_person ON device (person_id, added_seq);
  CREATE TABLE clearance (
    person_id text PRIMARY KEY CONSTRAINT clearance_person REFERENCES person (id),
    policy text NOT NULL,
    level text NOT NULL,
    categories jsonb NOT NULL,
    until timestamptz
  );
`;

/** What no statement says: roles and invitations. */
const UNSIGNED = `
  CREATE TABLE person_role (
    person_id text CONSTRAINT person_role_person REFERENCES person (id),
    role text,
    PRIMARY KEY (person_id, role)
  );
  CREATE INDEX person_role_holders ON person_role (role, person_id);
  CREATE TABLE invitation (
    id text PRIMARY KEY,
    person_id text NOT NULL,
    person_name text NOT NULL,
    post_id text NOT NULL CONSTRAINT invitation_post REFERENCES post (id),
    roles text[] NOT NULL,
    token_hash bytea NOT NULL CONSTRAINT invitation_token UNIQUE,
    state text NOT NULL CONSTRAINT invitation_state CHECK (state IN ('OPEN', 'CLAIMED', 'COMPLETED', 'WITHDRAWN')),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    claim_identity_key bytea,
    claim_add_device bytea,
    claim_proof bytea,
    claimed_at timestamptz
  );
  CREATE INDEX invitation_listing ON invitation (created_at, id);
`;

export class Directory20261121100100 implements MigrationInterface {
  readonly name = 'Directory20261121100100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SIGNED);
    await runner.query(UNSIGNED);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
