import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { Clock } from '../../platform/clock.js';
import { Jobs } from '../../platform/jobs/index.js';
import { newId } from '../ids.js';

/** Job that does what follows from happenings; its subject is their batch. */
export const HAPPENED_JOB = 'documents.happened';

/** What can happen to a document. */
export type HappeningKind = 'FILED' | 'REVISED' | 'RELABELLED' | 'APPROVED' | 'SUPERSEDED' | 'MOVED';

interface Happening {
  readonly documentId: string;
  readonly version: number;
  readonly kind: HappeningKind;
  /** Who did it. */
  readonly actorId: string;
}

/** Notes, in the transaction that changes documents, what has happened to them; what follows from it is done by a job. */
@Injectable()
export class Happenings {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async note(happenings: readonly Happening[], transaction: EntityManager): Promise<void> {
    if (happenings.length === 0) return;
    const due = this.clock.now();
    const batch = newId(due); // a job of its own: nobody who files waits for another's
    await transaction.query(
      `INSERT INTO document_happening (batch, happened_at, document_id, kind, version, actor_id)
       SELECT $1, $6, h.* FROM unnest($2::text[], $3::text[], $4::integer[], $5::text[]) AS h`,
      [
        batch,
        happenings.map(({ documentId }) => documentId),
        happenings.map(({ kind }) => kind),
        happenings.map(({ version }) => version),
        happenings.map(({ actorId }) => actorId),
        due,
      ],
    );
    await this.jobs.schedule(transaction, { kind: HAPPENED_JOB, subject: batch, due });
  }
}
