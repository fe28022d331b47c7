import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log/log.js';
import { READABLE } from '../documents/documents.service.js';
import type { Reader } from '../reading.service.js';

/** Documents that are remembered for one person. */
const MAX_RECENT = 100;
const WRITE_AFTER_MS = 500;
/** Readings that wait to be written; beyond that the oldest are forgotten. */
const MAX_WAITING = 10_000;

interface Waiting {
  readonly personId: string;
  readonly documentId: string;
  readonly readAt: Date;
}

/** A document that was read, the newest reading first. */
export interface RecentRow {
  readonly documentId: string;
  readonly readAt: Date;
}

/**
 * What people have read lately: each person's own, a hundred at most. Written after the answer and many at once, so that
 * reading costs no writing; what a crash loses of the last half second is lost.
 */
@Injectable()
export class Recents implements BeforeApplicationShutdown {
  private readonly waiting = new Map<string, Waiting>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Remembers that somebody has read a document; returns at once. */
  note(personId: string, documentId: string): void {
    const key = `${personId} ${documentId}`;
    this.waiting.delete(key);
    this.waiting.set(key, { personId, documentId, readAt: this.clock.now() });
    const [oldest] = this.waiting.keys();
    if (this.waiting.size > MAX_WAITING && oldest !== undefined) this.waiting.delete(oldest);
    this.timer ??= setTimeout(() => void this.flush(), WRITE_AFTER_MS);
  }

  /** Up to `limit` that the reader may read, behind the row `after`. */
  async list(personId: string, after: RecentRow | undefined, limit: number, { filter }: Reader): Promise<RecentRow[]> {
    await this.flush();
    return this.database.query<RecentRow[]>(
      `SELECT r.document_id AS "documentId", r.read_at AS "readAt" FROM recent_reading r
       JOIN document d ON d.id = r.document_id JOIN collection c ON c.id = d.collection_id
       WHERE ${READABLE} AND r.person_id = $3 
         AND ($4::timestamptz IS NULL OR (r.read_at, r.document_id) < ($4, $5))
       ORDER BY r.read_at DESC, r.document_id DESC LIMIT $6`,
      [filter.labels, filter.scopes, personId, after?.readAt, after?.documentId, limit],
    );
  }

  /** Forgets everything that a person has read. */
  async clear(personId: string): Promise<void> {
    await this.flush();
    await this.database.query('DELETE FROM recent_reading WHERE person_id = $1', [personId]);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  /** Resolves when what was noted before is written. */
  private async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    await this.writing;
  }

  private async write(): Promise<void> {
    const batch = [...this.waiting.values()];
    this.waiting.clear();
    if (batch.length === 0) return;
    try {
      await this.database.transaction(async (transaction) => {
        const people = [...new Set(batch.map(({ personId }) => personId))];
        await transaction.query(WRITE, [
          batch.map(({ personId }) => personId),
          batch.map(({ documentId }) => documentId),
          batch.map(({ readAt }) => readAt),
        ]);
        await transaction.query(TRIM, [people, MAX_RECENT]);
      });
    } catch (error) {
      this.log.error('recents.failed', error, { lost: batch.length });
    }
  }
}

/** In one order, so that two instances do not wait for each other. */
const WRITE = `
  INSERT INTO recent_reading (person_id, document_id, read_at)
  SELECT n.* FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS n (person, document, at)
  WHERE EXISTS (SELECT 1 FROM document WHERE id = n.document) ORDER BY 1, 2
  ON CONFLICT (person_id, document_id) DO UPDATE SET read_at = greatest(recent_reading.read_at, excluded.read_at)`;

const TRIM = `
  DELETE FROM recent_reading r USING (
    SELECT person_id, document_id, row_number() OVER (PARTITION BY person_id ORDER BY read_at DESC) AS place
    FROM recent_reading WHERE person_id = ANY($1)) old
  WHERE old.place > $2 AND r.person_id = old.person_id AND r.document_id = old.document_id`;
