import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionsService } from '../collections/collections.service.js';
import { DocumentsService, READABLE } from '../documents/documents.service.js';
import { newId } from '../ids.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { WatchKind } from './watching.types.js';

export interface WatchRow {
  readonly id: string;
  readonly kind: WatchKind;
  readonly targetId: string;
  readonly createdAt: Date;
}

const MAX_WATCHES = 500;

const COLUMNS = `w.id, w.kind, w.target_id AS "targetId", w.created_at AS "createdAt"`;

/** A watch of what may no longer be read is kept, and shown to nobody: it is there again when the target is. */
const READABLE_TARGET = `(
  (w.kind = 'DOCUMENT' AND EXISTS (SELECT 1 FROM document d JOIN collection c ON c.id = d.collection_id
     WHERE d.id = w.target_id AND ${READABLE}))
  OR (w.kind = 'COLLECTION' AND EXISTS (SELECT 1 FROM collection c WHERE c.id = w.target_id AND c.path && $2::text[])))`;

/** What people want to be told about. One's own watches only, of what one may read at this moment. */
@Injectable()
export class WatchingService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly documents: DocumentsService,
    private readonly collections: CollectionsService,
    private readonly clock: Clock,
  ) {}

  /** Up to `limit`, by id, after `after`. */
  async list(after: string, limit: number, { personId }: Caller, { filter }: Reader): Promise<WatchRow[]> {
    return this.database.query<WatchRow[]>(
      `SELECT ${COLUMNS} FROM document_watch w WHERE w.person_id = $3 AND w.id > $4 AND ${READABLE_TARGET}
       ORDER BY w.id LIMIT $5`,
      [filter.labels, filter.scopes, personId, after, limit],
    );
  }

  /** Twice is once. Throws NOT_FOUND for what the caller may not read, TOO_LARGE. */
  async watch(kind: WatchKind, targetId: string, { personId, ...caller }: Caller): Promise<WatchRow> {
    await this.requireReadable(kind, targetId, await this.reading.readerOf({ personId, ...caller }));
    const [held] = await this.database.query<{ count: number }[]>(
      'SELECT count(*)::integer AS count FROM document_watch WHERE person_id = $1 AND NOT (kind = $2 AND target_id = $3)',
      [personId, kind, targetId],
    );
    if ((held?.count ?? 0) >= MAX_WATCHES) {
      throw new Refusal('TOO_LARGE', `at most ${String(MAX_WATCHES)} are watched at once`, { field: 'id' });
    }
    const now = this.clock.now();
    const [row] = await this.database.query<WatchRow[]>(
      `INSERT INTO document_watch AS w (id, person_id, kind, target_id, created_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT ON CONSTRAINT document_watch_once DO UPDATE SET target_id = excluded.target_id RETURNING ${COLUMNS}`,
      [newId(now), personId, kind, targetId, now],
    );
    if (!row) throw new Error('a watch that was just written is not there');
    return row;
  }

  /** False when it was not watched. */
  async unwatch(kind: WatchKind, targetId: string, { personId }: Caller): Promise<boolean> {
    const [, count] = await this.database.query<[unknown, number]>(
      'DELETE FROM document_watch WHERE person_id = $1 AND kind = $2 AND target_id = $3',
      [personId, kind, targetId],
    );
    return count > 0;
  }

  private async requireReadable(kind: WatchKind, id: string, reader: Reader): Promise<void> {
    if (kind === WatchKind.DOCUMENT) await this.documents.require(id, reader.filter);
    else await this.collections.require(id, Access.READ, reader);
  }
}
