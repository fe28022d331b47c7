import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { AuditTrail } from '../access/index.js';
import type { Caller } from '../access/index.js';
import { Jobs } from '../platform/jobs/index.js';
import { Refusal } from '../platform/refusal.js';

/** What those who keep the house may do about work that was given up; never which papers it is about, nor how many. */
@Injectable()
export class JobsService {
  constructor(
    private readonly source: DataSource,
    private readonly jobs: Jobs,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws NOT_FOUND where nothing of it was given up. */
  async retry(kind: string, code: string | undefined, caller: Caller): Promise<void> {
    await this.source.transaction(async (transaction) => {
      if (!(await this.jobs.retry(transaction, kind, code)))
        throw new Refusal('NOT_FOUND', 'no such work was given up', { field: code === undefined ? 'kind' : 'code' });
      await this.audit.recordAct(caller, 'retryJobs', [kind], transaction);
    });
    await this.jobs.wake();
  }
}
