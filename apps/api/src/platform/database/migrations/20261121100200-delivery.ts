import type { MigrationInterface, QueryRunner } from 'typeorm';

/** KeyPackages, groups, the ordered log of each group, Welcomes and receipts. */
export class Delivery20261121100200 implements MigrationInterface {
  readonly name = 'Delivery20261121100200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEY_PACKAGES);
    await runner.query(GROUPS);
    await runner.query(LOG);
    await runner.query(APPEND_ENVELOPES);
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

/**
 * Appends application envelopes of any number of groups, each to the end of its group's order, and returns one row for
 * each in the order in which they came; envelopes of one group stand together.
 *
 * The groups are locked first, in the order of their ids, so that two appends never wait for each other; every statement
 * after that sees what was committed before the lock was ours. A number is taken only when its row was inserted, so the
 * order has no gaps; a known idempotency key gives the place that it was given before, unless a commit or proposal has
 * it.
 *
 * Keys have 16 bytes each; payload i ends before byte ends[i] of \`payloads\`, where payload i + 1 begins. The settings keep
 * the plans on the indexes, whatever the statistics of a young table say.
 */
const APPEND_ENVELOPES = `
  CREATE FUNCTION append_envelopes(
    group_ids text[], senders text[], epochs integer[], idempotency_keys bytea, payloads bytea, ends integer[],
    epoch_window integer
  )
  RETURNS TABLE (outcome text, seq integer, accepted_at timestamptz, group_epoch integer)
  LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
  SET enable_bitmapscan = off
  AS $$
  #variable_conflict use_column
  DECLARE
    appended_at timestamptz;
    held mls_group;
    key bytea;
    starts integer := 0;
  BEGIN
    PERFORM 1 FROM mls_group WHERE id = ANY (group_ids) ORDER BY id FOR NO KEY UPDATE;
    appended_at := clock_timestamp();
    FOR i IN 1 .. cardinality(group_ids) LOOP
      IF held.id IS DISTINCT FROM group_ids[i] THEN
        UPDATE mls_group SET last_seq = held.last_seq WHERE id = held.id;
        SELECT * INTO held FROM mls_group WHERE id = group_ids[i];
      END IF;
      key := substring(idempotency_keys FROM (i - 1) * 16 + 1 FOR 16);
      outcome := NULL;
      seq := NULL;
      accepted_at := NULL;
      group_epoch := held.epoch;
      IF NOT EXISTS (
        SELECT 1 FROM group_member m
        WHERE m.group_id = held.id AND m.device_id = senders[i] AND m.left_seq IS NULL
      ) THEN
        outcome := 'NOT_A_MEMBER';
      ELSIF epochs[i] NOT BETWEEN held.epoch - epoch_window AND held.epoch THEN
        outcome := 'STALE_EPOCH';
      ELSE
        INSERT INTO envelope (group_id, seq, kind, epoch, sender_device, idempotency_key, accepted_at, payload)
        VALUES (
          held.id, held.last_seq + 1, 'APPLICATION', epochs[i], senders[i], key, appended_at,
          substring(payloads FROM starts + 1 FOR ends[i] - starts)
        )
        ON CONFLICT (group_id, sender_device, idempotency_key) DO NOTHING;
        IF FOUND THEN
          held.last_seq := held.last_seq + 1;
          outcome := 'APPENDED';
          seq := held.last_seq;
          accepted_at := appended_at;
        END IF;
      END IF;
      IF outcome IS DISTINCT FROM 'APPENDED' THEN
        SELECT e.seq, e.accepted_at INTO seq, accepted_at FROM envelope e
        WHERE e.group_id = group_ids[i] AND e.sender_device = senders[i] AND e.idempotency_key = key
          AND e.kind = 'APPLICATION';
        IF FOUND THEN
          outcome := 'KNOWN';
        ELSIF outcome IS NULL THEN
          outcome := 'KEY_USED';
        END IF;
      END IF;
      starts := ends[i];
      RETURN NEXT;
    END LOOP;
    UPDATE mls_group SET last_seq = held.last_seq WHERE id = held.id;
  END $$;
`;
