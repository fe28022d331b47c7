import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { documentFromText, parseDocument } from '#document';
import type { BlockChange } from '#document';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { loaderFor } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { DocumentsService } from '../documents/documents.service.js';
import { FileResult, Version } from '../documents/documents.types.js';
import { DOCUMENT_KINDS } from '../documents/kinds.js';
import type { DocumentKind } from '../documents/kinds.js';
import { presentFiled } from '../documents/presentDocument.js';
import { VersionsService } from './versions.service.js';
import { BlockChangeKind, BlockChangeType, DocumentKindType, WordChangeKind } from './versions.types.js';

@Resolver(() => Version)
export class ComparingResolver {
  constructor(
    private readonly service: VersionsService,
    private readonly documents: DocumentsService,
  ) {}

  private readonly bodies = loaderFor('version.blocks', async (ids: readonly string[]) => {
    const bodies = await this.documents.blocks(ids);
    return ids.map((id) => JSON.stringify(bodies.get(id) ?? documentFromText('')));
  });

  @ResolveField(() => String, { description: 'The body as a block document in JSON' })
  async blocks(@Parent() { id }: Version, @Context() context: RequestContext): Promise<string> {
    return this.bodies(context).load(id);
  }

  @Requires('knowledge.read')
  @Query(() => [DocumentKindType], { description: 'The kinds of papers, with their fields and templates' })
  documentKinds(): DocumentKindType[] {
    return DOCUMENT_KINDS.map(presentKind);
  }

  @Requires('knowledge.read')
  @Query(() => [BlockChangeType], { description: 'How one version became another, block by block' })
  async compareVersions(
    @CurrentCaller() caller: Caller,
    @Args('documentId', { type: () => ID }) documentId: string,
    @Args('from', { type: () => Int }) from: number,
    @Args('to', { type: () => Int }) to: number,
  ): Promise<BlockChangeType[]> {
    return (await this.service.compare(documentId, from, to, caller)).map(presentChange);
  }

  @Requires('knowledge.write')
  @Mutation(() => FileResult, { description: 'Makes a new version with the text of an old one' })
  async restoreVersion(
    @CurrentCaller() caller: Caller,
    @Args('documentId', { type: () => ID }) documentId: string,
    @Args('version', { type: () => Int }) version: number,
    @Args('baseVersion', { type: () => Int }) baseVersion: number,
    @Args('changeNote', { type: () => String, nullable: true, defaultValue: '' }) changeNote?: string | null,
  ): Promise<typeof FileResult> {
    return presentFiled(await this.service.restore(documentId, version, baseVersion, changeNote ?? '', caller));
  }
}

function presentChange(change: BlockChange): BlockChangeType {
  return {
    kind: BlockChangeKind[change.kind],
    moved: 'moved' in change && change.moved,
    before: 'before' in change ? JSON.stringify(change.before) : null,
    after: 'after' in change ? JSON.stringify(change.after) : null,
    words: 'words' in change ? change.words.map(({ kind, text }) => ({ kind: WordChangeKind[kind], text })) : [],
  };
}

function presentKind({ id, name, fields, parts = [], template = [], approvals = 0 }: DocumentKind): DocumentKindType {
  const content = template.flatMap((heading) => [
    { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: heading }] },
    { type: 'paragraph' },
  ]);
  const document = parseDocument({ type: 'doc', content });
  return { id, name, fields: [...fields], parts: [...parts], template: JSON.stringify(document), approvals };
}
