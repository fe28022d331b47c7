import type { MigrationInterface, QueryRunner } from 'typeorm';

import { appendEnvelopes } from './appendEnvelopes.js';
import { REMOVAL_GATE } from './20261122100500-removals.js';

/** Which MLS group took the place of which, and from which epoch on a conversation is in its newest one. */
const GENERATIONS = `
  ALTER TABLE mls_group ADD COLUMN first_epoch integer NOT NULL DEFAULT 0;
  CREATE TABLE group_generation (
    mls_id text PRIMARY KEY,
    group_id text NOT NULL,
    predecessor text NOT NULL,
    epoch_base integer NOT NULL,
    cipher_suite integer NOT NULL,
    seq integer NOT NULL,
    founder_device text NOT NULL,
    created_at timestamptz NOT NULL
  );
  CREATE UNIQUE INDEX group_generation_predecessor ON group_generation (predecessor);
`;

/** The window over past epochs does not reach back into a group that was closed: its members cannot read it any more. */
const GATE = `
      ELSIF epochs[i] < held.first_epoch THEN
        outcome := 'STALE_EPOCH';`;

export class Reinit20261123101000 implements MigrationInterface {
  readonly name = 'Reinit20261123101000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(GENERATIONS);
    await runner.query(appendEnvelopes(REMOVAL_GATE + GATE));
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
