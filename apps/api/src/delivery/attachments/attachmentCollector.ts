import { Injectable } from '@nestjs/common';

import { Blobs } from '../../platform/blobs/index.js';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log/log.js';
import { Collector } from '../../platform/transfers/index.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';
import { AttachmentGrants } from './attachmentGrants.js';
import { AttachmentQuota } from './attachmentQuota.js';
import { blobOf } from './attachmentTransfers.js';

/** How long an attachment may wait for the next piece, or for its message. */
const PATIENCE_MS = 24 * 3_600_000;
const BATCH = 100;

/** What is being named at this moment is locked by `AttachmentReferences` and left for the next time. */
const LOCK_OLD: Statement = {
  name: 'lock old attachments',
  text: `
    SELECT id FROM attachment WHERE NOT is_kept AND state <> 'DOOMED' AND touched_at < $1
    ORDER BY touched_at LIMIT ${String(BATCH)} FOR UPDATE SKIP LOCKED`,
};
/** A statement after the lock, so that it sees every reference that was made before it. */
const KEEP: Statement = {
  name: 'keep named attachments',
  text: `
    UPDATE attachment a SET is_kept = true WHERE a.id = ANY ($1::uuid[]) AND EXISTS (
      SELECT 1 FROM attachment_reference r
      JOIN envelope e ON e.group_id = r.group_id AND e.sender_device = r.sender_device
        AND e.idempotency_key = r.idempotency_key
      WHERE r.attachment_id = a.id)`,
};
/** A message that was about to name it may still come. */
const WAIT: Statement = {
  name: 'wait for attachments',
  text: `
    UPDATE attachment a SET touched_at = $2 WHERE a.id = ANY ($1::uuid[]) AND NOT a.is_kept AND EXISTS (
      SELECT 1 FROM attachment_reference r WHERE r.attachment_id = a.id AND r.at >= $3)`,
};
const DOOM: Statement = {
  name: 'doom attachments',
  text: `
    UPDATE attachment SET state = 'DOOMED'
    WHERE id = ANY ($1::uuid[]) AND NOT is_kept AND touched_at < $2 RETURNING id`,
};
const DOOMED: Statement = {
  name: 'doomed attachments',
  text: `SELECT id FROM attachment WHERE state = 'DOOMED' ORDER BY id LIMIT ${String(BATCH)}`,
};
const DELETE: Statement = {
  name: 'delete attachment',
  text: "DELETE FROM attachment WHERE id = $1 AND state = 'DOOMED' RETURNING person_id, size::float8 AS size",
};

/** Removes attachments that no message names a day after their last piece. */
@Injectable()
export class AttachmentCollector extends Collector {
  constructor(
    private readonly sql: Sql,
    private readonly blobs: Blobs,
    private readonly grants: AttachmentGrants,
    private readonly quota: AttachmentQuota,
    private readonly clock: Clock,
    log: Log,
  ) {
    super('attachments', log);
  }

  protected async doom(): Promise<void> {
    await this.grants.forgetExpired();
    while ((await this.#judge()) === BATCH);
  }

  /** Returns how many were looked at. */
  #judge(): Promise<number> {
    const now = this.clock.now();
    const cutoff = new Date(now.getTime() - PATIENCE_MS);
    return this.sql.transaction(async (run) => {
      const ids = (await run<{ id: string }>(LOCK_OLD, [cutoff])).map(({ id }) => id);
      if (ids.length === 0) return 0;
      await run(KEEP, [ids]);
      await run(WAIT, [ids, now, cutoff]);
      await run(DOOM, [ids, cutoff]);
      return ids.length;
    });
  }

  protected async doomed(): Promise<string[]> {
    return (await this.sql.run<{ id: string }>(DOOMED, [])).map(({ id }) => id);
  }

  protected async remove(id: string): Promise<void> {
    await this.blobs.remove(blobOf(id));
    await this.sql.transaction(async (run) => {
      const [row] = await run<{ person_id: string; size: number }>(DELETE, [id]);
      if (row) await this.quota.giveBack(run, row.person_id, row.size);
    });
  }
}
