import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { Clock } from '../../platform/clock.js';
import { DocumentEntity, DocumentState, VersionEntity } from './document.entity.js';
import { newId } from '../ids.js';
import { needsApproval } from './kinds.js';
import { Labels, numberIn } from '../labels.js';
import { followLinks } from '../links/linkWriter.js';
import { bodyHash, contentHash } from './metadata.js';
import type { Draft } from './metadata.js';
import { enqueue } from '../indexing/outbox.js';
import { Happenings } from '../watching/happenings.js';
import { OwnerEntity } from '../owners/owner.entity.js';

/** What is to be written for one paper. */
export type Change =
  | { readonly kind: 'CREATED'; readonly draft: Draft }
  | { readonly kind: 'REVISED'; readonly draft: Draft; readonly current: DocumentEntity };

interface Place {
  readonly collectionId: string;
  readonly authorId: string;
  readonly postId: string;
}

/** Writes documents and versions, and notes in the same transaction what has to follow: index, links, notices. Decides nothing. */
@Injectable()
export class DocumentWriter {
  constructor(
    private readonly labels: Labels,
    private readonly clock: Clock,
    private readonly happenings: Happenings,
  ) {}

  /** The documents as they are then, by change. */
  async write(
    changes: readonly Change[],
    place: Place,
    transaction: EntityManager,
  ): Promise<Map<Change, DocumentEntity>> {
    if (changes.length === 0) return new Map();
    const labels = changes.map(({ draft }) => draft.label);
    const labelIds = await this.labels.numbersOf(labels, transaction);
    const rows = changes.map((change) => [change, this.row(change, place, labelIds)] as const);
    const created = rows.filter(([{ kind }]) => kind === 'CREATED').map(([, row]) => row);
    if (created.length > 0) await this.create(created, place, transaction);
    for (const [{ kind }, row] of rows)
      if (kind === 'REVISED') await transaction.update(DocumentEntity, { id: row.id }, row);
    await transaction.insert(
      VersionEntity,
      rows.map(([{ draft }, row]) => this.version(draft, row, place.authorId)),
    );
    await enqueue(
      rows.map(([, { id }]) => id),
      transaction,
    );
    await this.follow(rows, place, transaction);
    return new Map(rows);
  }

  /** Who files a paper owns it, for their post. */
  private async create(
    rows: readonly DocumentEntity[],
    { authorId, postId }: Place,
    transaction: EntityManager,
  ): Promise<void> {
    await transaction.insert(DocumentEntity, [...rows]);
    const whole = rows.filter(({ partOf }) => partOf === null);
    const since = this.clock.now();
    const owned = whole.map(({ id }) => ({ documentId: id, ownerId: authorId, postId, since }));
    if (owned.length > 0) await transaction.insert(OwnerEntity, owned);
  }

  private async follow(
    rows: readonly (readonly [Change, DocumentEntity])[],
    { authorId: actorId }: Place,
    transaction: EntityManager,
  ): Promise<void> {
    const sources = rows.map(([{ draft }, { id, version }]) => ({ documentId: id, version, blocks: draft.blocks }));
    await followLinks(sources, this.clock.now(), transaction);
    const happenings = rows.map(([{ kind }, { id, version }]) => {
      return { documentId: id, version, kind: kind === 'CREATED' ? ('FILED' as const) : kind, actorId };
    });
    await this.happenings.note(happenings, transaction);
  }

  private row(change: Change, { collectionId }: Place, labelIds: ReadonlyMap<string, number>): DocumentEntity {
    const { draft } = change;
    const { kind, language, countries, topics } = draft.metadata;
    const now = this.clock.now();
    const labelId = numberIn(labelIds, draft.label);
    const before = change.kind === 'REVISED' ? change.current : undefined;
    return {
      id: before?.id ?? newId(now),
      collectionId: before?.collectionId ?? collectionId,
      sourceId: draft.sourceId,
      labelId,
      version: (before?.version ?? 0) + 1,
      kind,
      language,
      level: draft.label.level,
      countries: [...countries],
      topics: [...topics],
      partOf: draft.part?.of ?? null,
      slot: draft.part?.slot ?? null,
      state: needsApproval(kind) ? DocumentState.DRAFT : DocumentState.FILED,
      approvedVersion: before?.approvedVersion ?? null,
      supersededBy: before?.supersededBy ?? null,
      contentHash: contentHash(draft),
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
    };
  }

  private version(draft: Draft, { id, version, labelId }: DocumentEntity, authorId: string): VersionEntity {
    const now = this.clock.now();
    const { body, blocks, changeNote, metadata } = draft;
    return {
      id: newId(now),
      documentId: id,
      number: version,
      labelId,
      authorId,
      createdAt: now,
      sha256: bodyHash(body),
      changeNote,
      metadata,
      body,
      blocks,
    };
  }
}
