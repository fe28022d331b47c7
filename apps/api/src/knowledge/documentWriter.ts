import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { canonicalLabel } from '#policy';

import { Clock } from '../platform/clock.js';
import { DocumentEntity, DocumentState, VersionEntity } from './document.entity.js';
import { newId } from './ids.js';
import { needsApproval } from './kinds.js';
import { Labels } from './labels.js';
import { bodyHash, contentHash } from './metadata.js';
import type { Draft } from './metadata.js';
import { enqueue } from './outbox.js';

/** What is to be written for one paper. */
export type Change =
  | { readonly kind: 'CREATED'; readonly draft: Draft }
  | { readonly kind: 'REVISED'; readonly draft: Draft; readonly current: DocumentEntity };

interface Place {
  readonly collectionId: string;
  readonly authorId: string;
}

/** Writes documents and versions, and notes in the same transaction that the index has to follow. Decides nothing. */
@Injectable()
export class DocumentWriter {
  constructor(
    private readonly labels: Labels,
    private readonly clock: Clock,
  ) {}

  /** The documents as they are then, by change. */
  async write(
    changes: readonly Change[],
    place: Place,
    transaction: EntityManager,
  ): Promise<Map<Change, DocumentEntity>> {
    if (changes.length === 0) return new Map();
    const labelIds = await this.labelIds(changes, transaction);
    const rows = changes.map((change) => [change, this.row(change, place, labelIds)] as const);
    const created = rows.filter(([{ kind }]) => kind === 'CREATED').map(([, row]) => row);
    if (created.length > 0) await transaction.insert(DocumentEntity, created);
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
    return new Map(rows);
  }

  private async labelIds(changes: readonly Change[], transaction: EntityManager): Promise<Map<string, number>> {
    const distinct = new Map(changes.map(({ draft: { label } }) => [canonicalLabel(label), label]));
    const ids = new Map<string, number>();
    for (const [text, label] of distinct) ids.set(text, await this.labels.numberOf(label, transaction));
    return ids;
  }

  private row(change: Change, { collectionId }: Place, labelIds: ReadonlyMap<string, number>): DocumentEntity {
    const { draft } = change;
    const { kind, language, countries, topics } = draft.metadata;
    const now = this.clock.now();
    const labelId = labelIds.get(canonicalLabel(draft.label)) ?? 0;
    const before = change.kind === 'REVISED' ? change.current : undefined;
    return {
      id: before?.id ?? newId(now),
      collectionId,
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
