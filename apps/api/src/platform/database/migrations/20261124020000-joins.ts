import type { MigrationInterface, QueryRunner } from 'typeorm';

import { appendEnvelopes } from './appendEnvelopes.js';
import { REMOVAL_GATE } from './20261122100500-removals.js';

/**
 * The oldest epoch from which a message is still taken follows who reads, not only who wrote: it is the first of the newest MLS group, or the
 * one in which somebody came in, whichever is later.
 */
const COLUMN = 'ALTER TABLE mls_group RENAME COLUMN first_epoch TO oldest_epoch;';

/** The window over past epochs reaches neither into a group that was closed nor behind a join: not all members can read what was made there. */
const GATE = `
      ELSIF epochs[i] < held.oldest_epoch THEN
        outcome := 'STALE_EPOCH';`;

export class Joins20261124020000 implements MigrationInterface {
  readonly name = 'Joins20261124020000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMN);
    await runner.query(appendEnvelopes(REMOVAL_GATE + GATE));
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
