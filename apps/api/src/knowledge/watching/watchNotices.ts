import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { Notices } from '../notices/notices.service.js';
import { NoticeKind } from '../notices/notices.types.js';
import type { HappeningKind } from './happenings.js';

interface Row {
  readonly documentId: string;
  readonly kind: HappeningKind;
  readonly version: number;
  readonly personIds: string[];
}

const KINDS: Readonly<Record<HappeningKind, NoticeKind>> = {
  FILED: NoticeKind.WATCHED_NEW,
  REVISED: NoticeKind.WATCHED_REVISED,
  RELABELLED: NoticeKind.WATCHED_RELABELLED,
  APPROVED: NoticeKind.WATCHED_APPROVED,
  SUPERSEDED: NoticeKind.WATCHED_SUPERSEDED,
  MOVED: NoticeKind.WATCHED_NEW,
};

/** Of the watches of a collection or one above it, of a document, and of the document that it is a part of; never one's own acts, nor what was before the watch. A move is news to those only who watch where it leads. */
const WATCHERS = `
  SELECT h.document_id AS "documentId", h.kind, h.version, array_agg(DISTINCT w.person_id) AS "personIds"
  FROM document_happening h JOIN document d ON d.id = h.document_id JOIN collection c ON c.id = d.collection_id
  CROSS JOIN LATERAL (
    SELECT person_id, created_at FROM document_watch WHERE kind = 'DOCUMENT' AND target_id IN (d.id, d.part_of) AND h.kind <> 'MOVED'
    UNION ALL SELECT person_id, created_at FROM document_watch WHERE kind = 'COLLECTION' AND target_id = ANY(c.path)
  ) w
  WHERE h.batch = $1 AND w.person_id <> h.actor_id AND w.created_at <= h.happened_at
  GROUP BY h.document_id, h.kind, h.version ORDER BY h.document_id`;

/** Tells those who watch. The notice is shown while its document may be read, so nothing is decided here. */
@Injectable()
export class WatchNotices {
  constructor(private readonly notices: Notices) {}

  async tell(batch: string, manager: EntityManager): Promise<void> {
    for (const { documentId, kind, version, personIds } of await manager.query<Row[]>(WATCHERS, [batch])) {
      await this.notices.give(manager, { personIds, kind: KINDS[kind], documentId, subject: String(version) });
    }
  }
}
