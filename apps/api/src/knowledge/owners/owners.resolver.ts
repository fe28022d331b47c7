import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, loaderFor, pageSize, toConnectionById } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { Document, DocumentConnection } from '../documents/documents.types.js';
import { PresentDocuments } from '../documents/presentDocuments.js';
import { ReadingService } from '../reading.service.js';
import { LeftDraftsService } from './leftDrafts.service.js';
import { OwnersService } from './owners.service.js';
import { DocumentOwner, LeftDraftConnection } from './owners.types.js';

@Resolver(() => Document)
export class OwnersResolver {
  constructor(
    private readonly service: OwnersService,
    private readonly drafts: LeftDraftsService,
    private readonly reading: ReadingService,
    private readonly presenting: PresentDocuments,
  ) {}

  private readonly ownerOf = loaderFor('document.owner', async (ids: readonly string[]) => {
    const owners = await this.service.of(ids);
    return ids.map((id) => owners.get(id) ?? null);
  });

  /** Only of documents that were read through a filter: a `Document` is nothing else. */
  @ResolveField(() => DocumentOwner, { nullable: true, description: 'Null for a part, which goes with its document' })
  async owner(@Parent() { id }: Document, @Context() context: RequestContext): Promise<DocumentOwner | null> {
    return this.ownerOf(context).load(id);
  }

  @Requires('knowledge.manage')
  @Query(() => DocumentConnection, { description: 'Documents that wait for an owner, which one may give to somebody' })
  async orphanedDocuments(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<DocumentConnection> {
    const size = pageSize(first ?? 50);
    const [id = ''] = decodeCursor(after, ['string']) ?? [];
    const reader = await this.reading.readerOf(caller);
    const ids = await this.service.orphaned(String(id), size + 1, caller, reader);
    return toConnectionById(await this.presenting.byIds(ids, reader), size);
  }

  @Requires('knowledge.read')
  @Mutation(() => Boolean, { description: 'Gives documents to somebody who may read them, all or none' })
  async handOverDocuments(
    @CurrentCaller() caller: Caller,
    @Args('documentIds', { type: () => [ID] }) documentIds: string[],
    @Args('personId', { type: () => ID }) personId: string,
  ): Promise<boolean> {
    await this.service.handOver(documentIds, personId, caller);
    return true;
  }

  @Requires('knowledge.write')
  @Query(() => LeftDraftConnection, {
    description: 'Drafts of people who work here no more, of documents or in collections that one answers for',
  })
  async leftDrafts(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<LeftDraftConnection> {
    const size = pageSize(first ?? 50);
    const [id = ''] = decodeCursor(after, ['string']) ?? [];
    return toConnectionById(await this.drafts.list(String(id), size + 1, caller), size);
  }

  @Requires('knowledge.write')
  @Mutation(() => Boolean, { description: "Makes such a draft one's own" })
  async takeOverDraft(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    await this.drafts.takeOver(id, caller);
    return true;
  }

  @Requires('knowledge.write')
  @Mutation(() => Boolean)
  async discardLeftDraft(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    await this.drafts.discard(id, caller);
    return true;
  }
}
