import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { dominates } from '#policy';
import type { Label } from '#policy';

import type { Caller } from '../../access/index.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import type { CollectionEntity } from '../collections/collection.entity.js';
import { CollectionsService, requireKnown } from '../collections/collections.service.js';
import type { DocumentEntity } from '../documents/document.entity.js';
import { DocumentWriter } from '../documents/documentWriter.js';
import type { Change } from '../documents/documentWriter.js';
import { DocumentsService } from '../documents/documents.service.js';
import type { DocumentInput } from '../documents/documents.types.js';
import { bodyOf, requireCovered } from './body.js';
import { checkedMetadata } from './draft.js';
import { INDEX_TOPIC } from '../indexing/outbox.js';
import { Labels } from '../labels.js';
import { CitationRule } from '../links/citationRule.js';
import { contentHash } from '../documents/metadata.js';
import type { Draft, PartPlace } from '../documents/metadata.js';
import { lockFiling } from '../moving/locks.js';
import { Parts } from '../documents/parts.js';
import { ReadingService, isCleared } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { requireCount } from '../texts.js';

/** What became of one paper. */
export type Filed =
  | { readonly sourceId: string | null; readonly refusal: Refusal }
  | {
      readonly sourceId: string | null;
      readonly documentId: string;
      readonly versionNumber: number;
      readonly outcome: 'CREATED' | 'REVISED' | 'UNCHANGED';
    };

const MAX_BATCH = 100;

/** Everything that a decision about one paper needs. */
export interface Desk {
  readonly collection: CollectionEntity;
  readonly caller: Caller;
  readonly reader: Reader;
  readonly labels: ReadonlyMap<number, Label>;
}

/**
 * Files papers and new versions. A writer needs WRITE in the collection and a clearance for the label that is written;
 * a lower label than before takes two people: see `downgrades`. What a writer may not read does not exist for the writer: the same
 * source id is then filed as a document of its own, so that nothing is given away and nothing overwritten.
 */
@Injectable()
export class FilingService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly documents: DocumentsService,
    private readonly labels: Labels,
    private readonly writer: DocumentWriter,
    private readonly parts: Parts,
    private readonly citations: CitationRule,
    private readonly pubsub: PubSub,
  ) {}

  /** In the order of `inputs`; what is refused leaves the others alone, and the others are filed together or not at all. */
  async file(collectionId: string, inputs: readonly DocumentInput[], caller: Caller): Promise<Filed[]> {
    requireCount('documents', inputs, MAX_BATCH);
    const desk = await this.desk(collectionId, caller);
    const drafts = await Promise.all(inputs.map((input) => attemptAsync(() => this.newDraft(input, desk))));
    const results = await this.database.transaction(async (transaction) => {
      await lockFiling([collectionId], transaction);
      const drafted = drafts.flatMap((draft) => (draft instanceof Refusal ? [] : [draft]));
      const places = drafted.flatMap(({ part }) => part ?? []);
      await this.parts.requireStillThere(places, collectionId, transaction);
      const existing = await this.existing(drafted, desk, transaction);
      const changes = drafts.map((draft, index) => {
        const input = inputs[index];
        const sourceId = input?.sourceId ?? null;
        if (draft instanceof Refusal) return { sourceId, refusal: draft };
        const repeated = sourceId !== null && inputs.slice(0, index).some((earlier) => earlier.sourceId === sourceId);
        if (repeated) return { sourceId, refusal: twice() };
        return change(draft, existing.get(keyOf(draft)), desk);
      });
      return this.write(changes, desk, transaction);
    });
    await this.announce();
    return results;
  }

  /** Makes a new version of what `baseVersion` was read from; CONFLICT when there is a newer one, nothing is changed then. */
  async revise(id: string, baseVersion: number, input: DocumentInput, caller: Caller): Promise<Filed> {
    const result = await this.reviseWith(
      id,
      baseVersion,
      (desk, current) => {
        const part = current.partOf === null ? null : { of: current.partOf, slot: current.slot ?? '' };
        const draft = this.draft(input, desk, part, current.sourceId);
        if (draft.sourceId === current.sourceId) return draft;
        throw new Refusal('BAD_INPUT', 'a document keeps its source id', { field: 'sourceId' });
      },
      caller,
    );
    return result instanceof Refusal ? { sourceId: input.sourceId ?? null, refusal: result } : result;
  }

  /** The same with a draft that is made from the document as it is. */
  async reviseWith(
    id: string,
    baseVersion: number,
    draftOf: (desk: Desk, current: DocumentEntity) => Draft | Promise<Draft>,
    caller: Caller,
  ): Promise<Filed | Refusal> {
    const result = await attemptAsync(async () => {
      const current = await this.documents.require(id, (await this.reading.readerOf(caller)).filter);
      const desk = await this.desk(current.collectionId, caller);
      const draft = await draftOf(desk, current);
      await this.citations.require(draft, desk.reader);
      if (draft.part) await this.parts.requirePlace(draft.part, draft.label, current.collectionId, desk.reader);
      return this.database.transaction(async (transaction) => {
        await lockFiling([current.collectionId], transaction);
        return this.reviseLocked(id, baseVersion, draft, desk, transaction);
      });
    });
    if (!(result instanceof Refusal)) await this.announce();
    return result;
  }

  private async newDraft(input: DocumentInput, desk: Desk): Promise<Draft> {
    const draft = this.draft(input, desk, placeOf(input));
    await this.citations.require(draft, desk.reader);
    if (draft.part) await this.parts.requirePlace(draft.part, draft.label, desk.collection.id, desk.reader);
    return draft;
  }

  private async reviseLocked(
    id: string,
    baseVersion: number,
    draft: Draft,
    desk: Desk,
    transaction: EntityManager,
  ): Promise<Filed> {
    const newest = await this.documents.require(id, desk.reader.filter, transaction);
    if (newest.collectionId !== desk.collection.id) {
      throw new Refusal('CONFLICT', 'the document has just been moved to another collection', { field: 'id' });
    }
    const wanted = change(draft, newest, desk);
    if ('kind' in wanted && wanted.kind === 'REVISED' && newest.version !== baseVersion) {
      const message = `the newest version is ${String(newest.version)}, yours was made from ${String(baseVersion)}`;
      throw new Refusal('CONFLICT', message, { field: 'baseVersion' });
    }
    const [filed] = await this.write([wanted], desk, transaction);
    if (!filed) throw new Error('a revision came to nothing');
    return filed;
  }

  private async desk(collectionId: string, caller: Caller): Promise<Desk> {
    const reader = await this.reading.readerOf(caller);
    const collection = await this.collections.require(collectionId, Access.WRITE, reader);
    const labels = new Map((await this.labels.all()).map(({ id, label }) => [id, label]));
    return { collection, caller, reader, labels };
  }

  /** Throws a Refusal that names the field. */
  private draft(
    input: DocumentInput,
    { collection, reader, labels }: Desk,
    part: PartPlace | null,
    sourceId: string | null = null,
  ): Draft {
    const metadata = checkedMetadata(input);
    const body = bodyOf(input);
    const label = input.label ?? labels.get(collection.defaultLabelId);
    if (!label) throw new Error('a collection without a default label');
    requireKnown(label, reader.policy, 'label');
    if (!isCleared(label, reader)) {
      throw new Refusal('CLEARANCE_TOO_LOW', 'you are not cleared for this label', { field: 'label' });
    }
    requireCovered(body, label, reader);
    return {
      sourceId: input.sourceId ?? sourceId,
      part,
      label,
      metadata,
      ...body,
      changeNote: input.changeNote ?? '',
    };
  }

  /** What the writer can see of earlier filings of the same papers, by source id; the first filed where there are several. */
  private async existing(
    drafts: readonly Draft[],
    { collection, reader }: Desk,
    transaction: EntityManager,
  ): Promise<Map<string, DocumentEntity>> {
    const sourceIds = drafts.flatMap(({ sourceId }) => sourceId ?? []);
    const found = await this.documents.bySource(collection.id, sourceIds, reader.filter, transaction);
    const parts = await this.parts.existing(
      drafts.flatMap(({ part }) => part ?? []),
      reader,
      transaction,
    );
    const byId = [...found, ...parts].toSorted((a, b) => (a.id < b.id ? 1 : -1));
    return new Map(
      byId.map((document) => [
        keyOf({
          sourceId: document.sourceId,
          part: document.partOf === null ? null : { of: document.partOf, slot: document.slot ?? '' },
        }),
        document,
      ]),
    );
  }

  private async write(changes: readonly (Change | Filed)[], desk: Desk, transaction: EntityManager): Promise<Filed[]> {
    const { collection, caller } = desk;
    const wanted = changes.filter((one) => 'kind' in one);
    const written = await this.writer.write(
      wanted,
      { collectionId: collection.id, authorId: caller.personId, postId: caller.postId },
      transaction,
    );
    return changes.map((one) => {
      if (!('kind' in one)) return one;
      const { id, version } = written.get(one) ?? { id: '', version: 0 };
      return { sourceId: one.draft.sourceId, documentId: id, versionNumber: version, outcome: one.kind };
    });
  }

  /** Wakes the workers; a lost call is made good by their next look. */
  private async announce(): Promise<void> {
    await this.pubsub.publish(INDEX_TOPIC, '').catch(() => undefined);
  }
}

function twice(): Refusal {
  return new Refusal('BAD_INPUT', 'this source id stands twice in the batch', { field: 'sourceId' });
}

/** What makes two filings filings of one paper: the part that it is, else its source id; '' for neither. */
function keyOf({ part, sourceId }: Pick<Draft, 'part' | 'sourceId'>): string {
  if (part) return `part ${part.of} ${part.slot}`;
  return sourceId === null ? '' : `source ${sourceId}`;
}

function placeOf({ partOf, slot }: DocumentInput): PartPlace | null {
  if (typeof partOf !== 'string') return null;
  return { of: partOf, slot: slot ?? '' };
}

function change(draft: Draft, current: DocumentEntity | undefined, desk: Desk): Change | Filed {
  const { sourceId } = draft;
  if (!current) return { kind: 'CREATED', draft };
  if (current.contentHash.equals(contentHash(draft))) {
    return { sourceId, documentId: current.id, versionNumber: current.version, outcome: 'UNCHANGED' };
  }
  const revision: Change = { kind: 'REVISED', draft, current };
  if (lowers(revision, desk)) {
    const message = 'a lower label takes a request that another person approves';
    return { sourceId, refusal: new Refusal('DOWNGRADE_NEEDS_APPROVAL', message, { field: 'label' }) };
  }
  return revision;
}

/** Whether a change leaves a document with a label that does not cover the one it had. */
function lowers(change: Change, { labels, reader }: Desk): boolean {
  if (change.kind !== 'REVISED') return false;
  const before = labels.get(change.current.labelId);
  return !before || !dominates(change.draft.label, before, reader.policy);
}

async function attemptAsync<T>(work: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
