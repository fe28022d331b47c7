import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { Clock } from '../../platform/clock.js';
import { Jobs } from '../../platform/jobs/index.js';
import { newId } from '../ids.js';

/** Job that compares what has changed with the saved searches. */
export const ALERT_JOB = 'savedSearches.alert';

/** Notes, in the transaction that changes it, what the saved searches have to be compared with. */
@Injectable()
export class SavedChanges {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** These documents have changed. */
  async changed(documentIds: readonly string[], manager: EntityManager): Promise<void> {
    await this.note('document_id', documentIds, manager);
  }

  /** Somebody was let into a collection, by a grant that there was not before. */
  async granted(grantId: string, manager: EntityManager): Promise<void> {
    await this.note('grant_id', [grantId], manager);
  }

  /** Looks again in a while: one job for all that wait. */
  async again(waitMs: number, manager: EntityManager): Promise<void> {
    const due = new Date(this.clock.now().getTime() + waitMs);
    await this.jobs.schedule(manager, { kind: ALERT_JOB, subject: 'again', due });
  }

  private async note(
    column: 'document_id' | 'grant_id',
    ids: readonly string[],
    manager: EntityManager,
  ): Promise<void> {
    const noted = await manager.query<object[]>(
      `INSERT INTO saved_search_change (${column}) SELECT unnest($1::text[])
       WHERE EXISTS (SELECT 1 FROM saved_search WHERE alerts) RETURNING seq`,
      [ids],
    );
    if (noted.length === 0) return;
    const due = this.clock.now();
    // a job of its own, so that nobody waits for one that is being done
    await this.jobs.schedule(manager, { kind: ALERT_JOB, subject: newId(due), due });
  }
}
