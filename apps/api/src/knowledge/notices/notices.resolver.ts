import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, loaderFor, pageSize, toConnectionById } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { Document } from '../documents/documents.types.js';
import { PresentDocuments } from '../documents/presentDocuments.js';
import { Notices } from './notices.service.js';
import { Notice, NoticeConnection } from './notices.types.js';

@Resolver(() => Notice)
export class NoticesResolver {
  constructor(
    private readonly service: Notices,
    private readonly presenting: PresentDocuments,
  ) {}

  private readonly documentOf = loaderFor(
    'notice.document',
    async (wanted: readonly Pick<Notice, 'documentId' | 'reader'>[]) => {
      const [first] = wanted;
      if (!first) return [];
      // All notices of one request have one reader.
      const { reader } = first;
      const ids = [...new Set(wanted.map(({ documentId }) => documentId))];
      const documents = new Map((await this.presenting.byIds(ids, reader)).map((document) => [document.id, document]));
      return wanted.map(({ documentId }) => documents.get(documentId) ?? null);
    },
  );

  @ResolveField(() => Document, { nullable: true, description: 'As one may read it at this moment' })
  async document(
    @Parent() { documentId, reader }: Notice,
    @Context() context: RequestContext,
  ): Promise<Document | null> {
    return this.documentOf(context).load({ documentId, reader });
  }

  @Requires('knowledge.read')
  @Query(() => NoticeConnection, { description: "One's own notices of documents that one may read, the newest first" })
  async myNotices(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
    @Args('unseenOnly', { type: () => Boolean, nullable: true, defaultValue: false }) unseenOnly?: boolean | null,
  ): Promise<NoticeConnection> {
    const size = pageSize(first ?? 50);
    const before = decodeCursor(after, ['string'])?.join('');
    return toConnectionById(await this.service.page(before, size + 1, unseenOnly ?? false, caller), size);
  }

  @Requires('knowledge.read')
  @Query(() => Int, { description: "How many of one's notices one has not seen, up to 1,000" })
  async unseenNotices(@CurrentCaller() caller: Caller): Promise<number> {
    return this.service.unseen(caller);
  }

  @Requires('knowledge.read')
  @Mutation(() => Boolean, { description: "Marks notices of one's own as seen; others are passed over" })
  async markNoticesSeen(
    @CurrentCaller() caller: Caller,
    @Args('ids', { type: () => [ID] }) ids: string[],
  ): Promise<boolean> {
    await this.service.markSeen(ids, caller);
    return true;
  }
}
