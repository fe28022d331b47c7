import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { mergedDocument } from '#document';
import type { MergePart } from '#document';
import type { Label } from '#policy';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, pageSize, toConnectionById, toLabelType } from '../../platform/graphql/index.js';
import { Labels } from '../labels.js';
import { presentFiled } from '../documents/presentDocument.js';
import type { Reader } from '../reading.service.js';
import type { DraftEntity } from './draft.entity.js';
import { DraftsService } from './drafts.service.js';
import type { Conflict } from './drafts.service.js';
import {
  DraftConflict,
  DraftConnection,
  DraftInput,
  DraftType,
  MergePartKind,
  MergePartType,
  PublishResult,
} from './drafts.types.js';

@Resolver(() => DraftType)
export class DraftsResolver {
  constructor(
    private readonly service: DraftsService,
    private readonly labels: Labels,
  ) {}

  @Requires('knowledge.write')
  @Query(() => DraftConnection, { description: "One's own drafts" })
  async drafts(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<DraftConnection> {
    const size = pageSize(first ?? 50);
    const [id = ''] = decodeCursor(after, ['string']) ?? [];
    const { rows, reader } = await this.service.list(String(id), size + 1, caller);
    const labels = await this.labels.byIds(rows.map(({ labelId }) => labelId));
    return toConnectionById(
      rows.map((row) => present(row, labels, reader)),
      size,
    );
  }

  @Requires('knowledge.write')
  @Query(() => DraftType)
  async draft(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<DraftType> {
    const { row, reader } = await this.service.require(id, caller);
    return present(row, await this.labels.byIds([row.labelId]), reader);
  }

  @Requires('knowledge.write')
  @Mutation(() => DraftType, { description: 'Answers when it is on the disk; the same save may come again' })
  async saveDraft(@CurrentCaller() caller: Caller, @Args('input') input: DraftInput): Promise<DraftType> {
    const { row, reader } = await this.service.save(input, caller);
    return present(row, await this.labels.byIds([row.labelId]), reader);
  }

  @Requires('knowledge.write')
  @Mutation(() => PublishResult, { description: 'Makes a document or a new version of it' })
  async publishDraft(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
    @Args('changeNote', { type: () => String, nullable: true, defaultValue: '' }) changeNote?: string | null,
  ): Promise<typeof PublishResult> {
    const result = await this.service.publish(id, changeNote ?? '', caller);
    return 'parts' in result ? presentConflict(result) : presentFiled(result);
  }

  @Requires('knowledge.write')
  @Mutation(() => Boolean, { description: 'False when it is gone already' })
  async discardDraft(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    return this.service.discard(id, caller);
  }
}

function present(row: DraftEntity, labels: ReadonlyMap<number, Label>, { policy }: Reader): DraftType {
  const { id, collectionId, documentId, baseVersion, seq, content, updatedAt } = row;
  const label = labels.get(row.labelId);
  if (!label) throw new Error('a draft without a label');
  const { title, kind } = content;
  const named = { title, kind, label: toLabelType(label, policy), content: JSON.stringify(content) };
  return { id, collectionId, documentId, baseVersion, seq, updatedAt, ...named };
}

function presentConflict({ draftId, newestVersion, base, theirs, yours, parts }: Conflict): DraftConflict {
  const merged = mergedDocument(parts);
  return Object.assign(new DraftConflict(), {
    draftId,
    newestVersion,
    base: base ? JSON.stringify(base) : null,
    theirs: JSON.stringify(theirs),
    yours: JSON.stringify(yours),
    merge: parts.map(presentPart),
    merged: merged ? JSON.stringify(merged) : null,
  });
}

function presentPart(part: MergePart): MergePartType {
  const json = (block: unknown): string | null => (block ? JSON.stringify(block) : null);
  if (part.kind === 'TAKEN') {
    return { kind: MergePartKind.TAKEN, block: json(part.block), base: null, yours: null, theirs: null };
  }
  const { base, yours, theirs } = part;
  return { kind: MergePartKind.CONFLICT, block: null, base: json(base), yours: json(yours), theirs: json(theirs) };
}
