import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { AuditTrail } from '../../access/index.js';
import { DIRECTORY_GROWN_TOPIC, DirectoryService } from '../../directory/index.js';
import type { Standing } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { Jobs } from '../../platform/jobs/index.js';
import { Log } from '../../platform/log/log.js';
import { PubSub } from '../../platform/pubsub/index.js';
import type { Unsubscribe } from '../../platform/pubsub/index.js';
import { Access } from '../access.js';
import { NoticeKind } from '../notices/notices.types.js';
import { Notices } from '../notices/notices.service.js';
import { ReadingService, may } from '../reading.service.js';
import type { Reader } from '../reading.service.js';

const JOB = 'owners.handover';
/** One job a ministry. */
const EVERYBODY = 'everybody';
/** A notice that the directory has grown may be lost; it is looked again after so long. */
const LOOK_MS = 60 * 60_000;
/** Documents that are handed over in one transaction. */
const BATCH = 500;
/** People of a post who are considered. */
const MAX_CANDIDATES = 50;
/** Ids in one entry of the audit trail, beside the people. */
const MAX_AUDITED = 90;

/** Documents with the same owner, post, collection and label: one decision for all of them. */
interface Estate {
  readonly ownerId: string | null;
  readonly postId: string;
  readonly collectionId: string;
  readonly labelId: number;
  readonly path: readonly string[];
}

/** Documents that have gone from one to another, or to nobody. */
interface Passed {
  readonly from: string | null;
  readonly to: string | null;
  readonly ids: readonly string[];
}

/**
 * What becomes of documents whose owner has left the post or the ministry: somebody of the post who may read them and write in
 * their collection takes them over, at once or on arriving; until there is one they stand on the registrar's list.
 */
@Injectable()
export class Handover implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private unsubscribe: Unsubscribe | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly jobs: Jobs,
    private readonly directory: DirectoryService,
    private readonly reading: ReadingService,
    private readonly notices: Notices,
    private readonly pubsub: PubSub,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.jobs.register(JOB, (_, manager) => this.look(manager));
  }

  async onApplicationBootstrap(): Promise<void> {
    this.unsubscribe = await this.pubsub.subscribe(DIRECTORY_GROWN_TOPIC, () => void this.lookSoon());
    await this.lookSoon();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.unsubscribe?.();
  }

  /** Tells somebody that documents are theirs now. */
  async tell(personId: string, documentIds: readonly string[], manager: EntityManager): Promise<void> {
    const subject = this.clock.now().toISOString();
    for (const documentId of documentIds.toSorted()) {
      await this.notices.give(manager, { personIds: [personId], kind: NoticeKind.OWNED, documentId, subject });
    }
  }

  private async lookSoon(): Promise<void> {
    try {
      await this.again(this.database.manager, 0);
      await this.jobs.wake();
    } catch (error) {
      this.log.error('handover.failed', error);
    }
  }

  private async again(manager: EntityManager, inMs: number): Promise<void> {
    const due = new Date(this.clock.now().getTime() + inMs);
    await this.jobs.schedule(manager, { kind: JOB, subject: EVERYBODY, due });
  }

  private async look(manager: EntityManager): Promise<void> {
    await this.markDrafts(manager);
    const readers = new Map<string, Reader>();
    const passed: Passed[] = [];
    let room = BATCH;
    for (const estate of await this.estates(manager)) {
      const heir = await this.heirOf(estate, readers);
      if (heir === null && estate.ownerId === null) continue;
      const ids = await this.pass(estate, heir, room, manager);
      passed.push({ from: estate.ownerId, to: heir, ids });
      room -= ids.length;
      if (room <= 0) break;
    }
    await this.again(manager, room > 0 ? LOOK_MS : 0);
    // last, because entries of others wait from here on
    for (const one of passed) await this.record(one, manager);
  }

  /** What belongs to nobody, or to somebody who is no longer where it belongs. */
  private async estates(manager: EntityManager): Promise<Estate[]> {
    const owners = await manager.query<{ ownerId: string; postId: string }[]>(
      'SELECT DISTINCT owner_id AS "ownerId", post_id AS "postId" FROM document_owner WHERE owner_id IS NOT NULL',
    );
    const standings = await this.directory.standings([...new Set(owners.map(({ ownerId }) => ownerId))]);
    const gone = owners.filter(({ ownerId, postId }) => !isThere(standings.get(ownerId), postId));
    return manager.query<Estate[]>(
      `SELECT o.owner_id AS "ownerId", o.post_id AS "postId", d.collection_id AS "collectionId", d.label_id AS "labelId", c.path
       FROM document_owner o JOIN document d ON d.id = o.document_id JOIN collection c ON c.id = d.collection_id
       WHERE o.owner_id IS NULL OR (o.owner_id, o.post_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
       GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4`,
      [gone.map(({ ownerId }) => ownerId), gone.map(({ postId }) => postId)],
    );
  }

  /** Of those in the post who may read the documents and write in their collection, who was enrolled last; null: nobody. */
  private async heirOf(
    { ownerId, postId, labelId, path }: Estate,
    readers: Map<string, Reader>,
  ): Promise<string | null> {
    const people = (await this.directory.peopleIn([postId])).filter((personId) => personId !== ownerId);
    for (const personId of people.slice(0, MAX_CANDIDATES)) {
      const reader = readers.get(personId) ?? (await this.reading.readerOfPerson(personId));
      readers.set(personId, reader);
      if (reader.filter.labels.includes(labelId) && may(Access.WRITE, path, reader)) return personId;
    }
    return null;
  }

  /** The documents that were handed over: at most `room`. */
  private async pass(
    { ownerId, postId, collectionId, labelId }: Estate,
    heir: string | null,
    room: number,
    manager: EntityManager,
  ): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `SELECT d.id FROM document_owner o JOIN document d ON d.id = o.document_id
       WHERE o.owner_id IS NOT DISTINCT FROM $1 AND o.post_id = $2 AND d.collection_id = $3 AND d.label_id = $4
       ORDER BY d.id LIMIT $5 FOR UPDATE OF o`,
      [ownerId, postId, collectionId, labelId, room],
    );
    const ids = rows.map(({ id }) => id);
    await manager.query('UPDATE document_owner SET owner_id = $2, since = $3 WHERE document_id = ANY($1)', [
      ids,
      heir,
      this.clock.now(),
    ]);
    if (heir !== null) await this.tell(heir, ids, manager);
    return ids;
  }

  private async record({ from, to, ids }: Passed, manager: EntityManager): Promise<void> {
    const people = [from, to].filter((personId) => personId !== null);
    const note = { kind: 'clock', operation: to === null ? 'orphan' : 'handOver', outcome: 'DONE' } as const;
    for (let start = 0; start < ids.length; start += MAX_AUDITED) {
      const about = [...people, ...ids.slice(start, start + MAX_AUDITED)];
      await this.audit.record({ ...note, about }, manager);
    }
  }

  /** Drafts of people who work here no more are for others to decide on. */
  private async markDrafts(manager: EntityManager): Promise<void> {
    const authors = await manager.query<{ id: string }[]>(
      `SELECT DISTINCT author_id AS id FROM document_draft d
       WHERE NOT EXISTS (SELECT 1 FROM left_draft l WHERE l.draft_id = d.id)`,
    );
    const standings = await this.directory.standings(authors.map(({ id }) => id));
    const gone = authors.filter(({ id }) => standings.get(id)?.isActive === false).map(({ id }) => id);
    await manager.query(
      `INSERT INTO left_draft (draft_id, left_at) SELECT id, $2 FROM document_draft WHERE author_id = ANY($1)
       ON CONFLICT (draft_id) DO NOTHING`,
      [gone, this.clock.now()],
    );
  }
}

function isThere(standing: Standing | undefined, postId: string): boolean {
  return standing?.isActive === true && standing.postId === postId;
}
