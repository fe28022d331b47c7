import { Args, Context, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, loaderFor, pageSize, toConnectionById } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { LinksService } from './links.service.js';
import type { Direction } from './links.service.js';
import { DocumentLink, DocumentLinkConnection } from './links.types.js';

@Resolver(() => DocumentLink)
export class LinksResolver {
  constructor(private readonly service: LinksService) {}

  private readonly texts = loaderFor('link.text', async (versionIds: readonly string[]) => {
    const texts = await this.service.blockTexts(versionIds);
    return versionIds.map((id) => texts.get(id) ?? new Map<string, string>());
  });

  @ResolveField(() => String, { nullable: true, description: 'What was cited, where one may read that version' })
  async citedText(@Parent() link: DocumentLink, @Context() context: RequestContext): Promise<string | null> {
    return this.textIn(link.citedVersionId, link, context);
  }

  @ResolveField(() => String, { nullable: true, description: 'What the paragraph says now; null: it is gone' })
  async currentText(@Parent() link: DocumentLink, @Context() context: RequestContext): Promise<string | null> {
    return this.textIn(link.newestVersionId, link, context);
  }

  @Requires('knowledge.read')
  @Query(() => DocumentLinkConnection, { description: 'From a document to others that one may read' })
  async links(
    @CurrentCaller() caller: Caller,
    @Args('documentId', { type: () => ID }) documentId: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<DocumentLinkConnection> {
    return this.page(documentId, 'from', { first, after }, caller);
  }

  @Requires('knowledge.read')
  @Query(() => DocumentLinkConnection, { description: 'To a document from others that one may read' })
  async backlinks(
    @CurrentCaller() caller: Caller,
    @Args('documentId', { type: () => ID }) documentId: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<DocumentLinkConnection> {
    return this.page(documentId, 'to', { first, after }, caller);
  }

  private async page(
    documentId: string,
    direction: Direction,
    { first, after }: { first: number | null; after: string | null | undefined },
    caller: Caller,
  ): Promise<DocumentLinkConnection> {
    const size = pageSize(first ?? 50);
    const [id = ''] = decodeCursor(after, ['string']) ?? [];
    const links = await this.service.list(documentId, direction, { after: String(id), limit: size + 1 }, caller);
    return toConnectionById(links, size);
  }

  private async textIn(
    versionId: string | null,
    { targetBlockId }: DocumentLink,
    context: RequestContext,
  ): Promise<string | null> {
    if (versionId === null || targetBlockId === null) return null;
    return (await this.texts(context).load(versionId)).get(targetBlockId) ?? null;
  }
}
