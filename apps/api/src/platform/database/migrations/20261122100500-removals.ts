import type { MigrationInterface, QueryRunner } from 'typeorm';

import { appendEnvelopes } from './appendEnvelopes.js';

/**
 * Devices that have to leave a group, and how far the directory was looked through for them; and since when each member has had
 * its keys.
 */
const REMOVALS = `
  ALTER TABLE mls_group ADD COLUMN removals_due integer NOT NULL DEFAULT 0;
  ALTER TABLE group_member ADD COLUMN refreshed_at timestamptz NOT NULL DEFAULT 'epoch';
  ALTER TABLE group_member ALTER COLUMN refreshed_at DROP DEFAULT;
  CREATE TABLE group_removal (
    group_id text NOT NULL,
    device_id text NOT NULL,
    -- the epoch in which the server has proposed it; null before that
    proposed_epoch integer,
    PRIMARY KEY (group_id, device_id)
  );
  CREATE TABLE removal_cursor (
    "only" boolean PRIMARY KEY DEFAULT true CONSTRAINT removal_cursor_is_one CHECK ("only"),
    statement_seq integer NOT NULL,
    looked_at timestamptz NOT NULL
  );
  INSERT INTO removal_cursor (statement_seq, looked_at) VALUES (0, 'epoch');
`;

/** While a removal is due, a group takes nothing but the commit that carries it out. */
export const REMOVAL_GATE = `
      ELSIF held.removals_due > 0 THEN
        outcome := 'REMOVAL_DUE';`;

export class Removals20261122100500 implements MigrationInterface {
  readonly name = 'Removals20261122100500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REMOVALS);
    await runner.query(appendEnvelopes(REMOVAL_GATE));
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
