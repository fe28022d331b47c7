import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { Blobs } from '../../platform/blobs/index.js';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log/log.js';
import { Collector } from '../../platform/transfers/index.js';
import { OriginalQuota } from './originalQuota.js';
import { blobOf } from './originalTransfers.js';

/** How long a file may wait for its next piece, or for a version that refers to it. */
const PATIENCE_MS = 24 * 3_600_000;
const BATCH = 100;

/** What came no further, and what no version refers to. Whoever goes on with one meanwhile touches it under the lock. */
const DOOM = `
  UPDATE original_blob b SET state = 'DOOMED'
  WHERE b.touched_at < $1 AND b.state <> 'DOOMED'
    AND (b.state = 'OPEN' OR NOT EXISTS (SELECT 1 FROM document_original o WHERE o.blob_id = b.id))`;
const DOOMED = `SELECT id FROM original_blob WHERE state = 'DOOMED' ORDER BY id LIMIT ${String(BATCH)}`;
/** Versions that refer to it lose it with the row. */
const DELETE = `
  WITH gone AS (DELETE FROM original_blob WHERE id = $1 AND state = 'DOOMED' RETURNING person_id, size::float8 AS size)
  SELECT person_id, size FROM gone`;

/** Removes files that were broken off a day ago, and those whose versions are gone. */
@Injectable()
export class OriginalCollector extends Collector {
  constructor(
    private readonly database: DataSource,
    private readonly blobs: Blobs,
    private readonly quota: OriginalQuota,
    private readonly clock: Clock,
    log: Log,
  ) {
    super('originals', log);
  }

  protected async doom(): Promise<void> {
    await this.database.query(DOOM, [new Date(this.clock.now().getTime() - PATIENCE_MS)]);
  }

  protected async doomed(): Promise<string[]> {
    return (await this.database.query<{ id: string }[]>(DOOMED)).map(({ id }) => id);
  }

  protected async remove(id: string): Promise<void> {
    await this.blobs.remove(blobOf(id));
    await this.database.transaction(async (transaction) => {
      const [row] = await transaction.query<{ person_id: string; size: number }[]>(DELETE, [id]);
      if (row) await this.quota.giveBack(transaction, row.person_id, row.size);
    });
  }
}
