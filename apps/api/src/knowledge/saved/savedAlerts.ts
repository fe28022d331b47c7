import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { Jobs } from '../../platform/jobs/index.js';
import { Refusal } from '../../platform/refusal.js';
import { DocumentsService, READABLE } from '../documents/documents.service.js';
import { Notices } from '../notices/notices.service.js';
import { NoticeKind } from '../notices/notices.types.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { SearchService } from '../searching/search.service.js';
import type { SearchInput } from '../searching/search.types.js';
import { ALERT_JOB, SavedChanges } from './savedChanges.js';

/** Changed documents that are compared with every saved search at once. */
const BATCH = 500;
/** Documents of a collection that one search tells of when somebody is let in. */
const MAX_NEWLY_READABLE = 100;
/** How long the index, or another instance, is given before what waits is looked at again. */
const WAIT_MS = 1000;
/** Any fixed number: one job compares at a time, so that two do not give the same notice at once. */
const LOCK = 4_460_055;
const PEOPLE = 100;

interface Change {
  readonly seq: string;
  readonly documentId: string | null;
  readonly grantId: string | null;
}

interface Saved {
  readonly id: string;
  readonly request: SearchInput;
}

/**
 * Tells people when something that they search for comes up: a document that was filed or changed, or one in a collection
 * that they were let into. Once for each search and document, and only what they may read at that moment. The notice holds
 * ids, nothing of the text.
 */
@Injectable()
export class SavedAlerts implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly changes: SavedChanges,
    private readonly reading: ReadingService,
    private readonly documents: DocumentsService,
    private readonly search: SearchService,
    private readonly notices: Notices,
  ) {}

  onModuleInit(): void {
    this.jobs.register(ALERT_JOB, (_subject, manager) => this.alert(manager));
  }

  private async alert(manager: EntityManager): Promise<void> {
    const [lock] = await manager.query<{ held: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS held', [LOCK]);
    if (lock?.held) await this.alertAlone(manager);
    else await this.changes.again(WAIT_MS, manager);
  }

  private async alertAlone(manager: EntityManager): Promise<void> {
    const changes = await manager.query<Change[]>(
      `SELECT seq, document_id AS "documentId", grant_id AS "grantId" FROM saved_search_change s
       WHERE NOT EXISTS (SELECT 1 FROM index_outbox o WHERE o.document_id = s.document_id)
       ORDER BY seq LIMIT $1`,
      [BATCH],
    );
    const documentIds = [...new Set(changes.flatMap(({ documentId }) => documentId ?? []))];
    const grantIds = [...new Set(changes.flatMap(({ grantId }) => grantId ?? []))];
    if (changes.length > 0) await this.compare(documentIds, grantIds, manager);
    await manager.query('DELETE FROM saved_search_change WHERE seq = ANY($1)', [changes.map(({ seq }) => seq)]);
    const [left] = await manager.query<object[]>('SELECT 1 FROM saved_search_change LIMIT 1');
    if (left) await this.changes.again(changes.length === BATCH ? 0 : WAIT_MS, manager);
  }

  private async compare(
    documentIds: readonly string[],
    grantIds: readonly string[],
    manager: EntityManager,
  ): Promise<void> {
    let after = '';
    for (;;) {
      const people = await manager.query<{ id: string }[]>(
        'SELECT DISTINCT person_id AS id FROM saved_search WHERE alerts AND person_id > $1 ORDER BY 1 LIMIT $2',
        [after, PEOPLE],
      );
      for (const { id } of people) await this.compareFor(id, documentIds, grantIds, manager);
      const last = people.at(-1);
      if (!last || people.length < PEOPLE) return;
      after = last.id;
    }
  }

  private async compareFor(
    personId: string,
    documentIds: readonly string[],
    grantIds: readonly string[],
    manager: EntityManager,
  ): Promise<void> {
    const reader = await this.reading.readerOfPerson(personId);
    const readable = (await this.documents.byIds(documentIds, reader.filter)).map(({ id }) => id);
    const { by, besides } = await this.reading.entered(personId, grantIds);
    for (const id of by) readable.push(...(await newlyReadable(id, besides, reader, manager)));
    if (readable.length === 0) return;
    const searches = await manager.query<Saved[]>(
      'SELECT id, request FROM saved_search WHERE person_id = $1 AND alerts ORDER BY id',
      [personId],
    );
    for (const saved of searches) await this.tell(personId, saved, [...new Set(readable)], reader, manager);
  }

  private async tell(
    personId: string,
    { id: subject, request }: Saved,
    documentIds: readonly string[],
    reader: Reader,
    manager: EntityManager,
  ): Promise<void> {
    const found = await this.search.among(request, documentIds, reader).catch(unlessOutdated);
    for (const documentId of found) {
      await this.notices.give(manager, { personIds: [personId], kind: NoticeKind.FOUND, documentId, subject });
    }
  }
}

/** The newest documents of a collection that somebody enters by a new grant, without those that they read before. */
async function newlyReadable(
  collectionId: string,
  besides: readonly string[],
  { filter }: Reader,
  manager: EntityManager,
): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT d.id FROM document d JOIN collection c ON c.id = d.collection_id
     WHERE ${READABLE} AND d.part_of IS NULL AND $3 = ANY(c.path) AND NOT c.path && $4::text[] ORDER BY d.id DESC LIMIT $5`,
    [filter.labels, filter.scopes, collectionId, besides, MAX_NEWLY_READABLE],
  );
  return rows.map(({ id }) => id);
}

/** What was saved under other rules may no longer be a search; it then finds nothing. */
function unlessOutdated(error: unknown): string[] {
  if (error instanceof Refusal && error.code !== 'SEARCH_UNAVAILABLE') return [];
  throw error;
}
