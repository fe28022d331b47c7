import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, loaderFor, pageSize, toConnectionById } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { Document } from '../documents/documents.types.js';
import { PresentDocuments } from '../documents/presentDocuments.js';
import { AcknowledgementsService } from './acknowledgements.service.js';
import {
  AcknowledgementInput,
  AcknowledgementList,
  AcknowledgementListConnection,
  ReadingDuty,
  ReadingDutyConnection,
} from './acknowledgements.types.js';

@Resolver(() => ReadingDuty)
export class AcknowledgementsResolver {
  constructor(
    private readonly service: AcknowledgementsService,
    private readonly presenting: PresentDocuments,
  ) {}

  private readonly documentOf = loaderFor(
    'readingDuty.document',
    async (wanted: readonly Pick<ReadingDuty, 'documentId' | 'reader'>[]) => {
      const [first] = wanted;
      if (!first) return [];
      // All duties of one request have one reader.
      const ids = [...new Set(wanted.map(({ documentId }) => documentId))];
      const documents = await this.presenting.byIds(ids, first.reader);
      const byId = new Map(documents.map((document) => [document.id, document]));
      return wanted.map(({ documentId }) => byId.get(documentId) ?? null);
    },
  );

  @ResolveField(() => Document, { nullable: true, description: 'As one may read it at this moment' })
  async document(
    @Parent() { documentId, reader }: ReadingDuty,
    @Context() context: RequestContext,
  ): Promise<Document | null> {
    return this.documentOf(context).load({ documentId, reader });
  }

  @Requires('knowledge.read')
  @Query(() => ReadingDutyConnection, { description: 'Documents that one was asked to read, and may' })
  async myReadingDuties(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
    @Args('openOnly', { type: () => Boolean, nullable: true, defaultValue: true }) openOnly?: boolean | null,
  ): Promise<ReadingDutyConnection> {
    const size = pageSize(first ?? 50);
    const [id = ''] = decodeCursor(after, ['string']) ?? [];
    return toConnectionById(await this.service.mine(String(id), size + 1, openOnly ?? true, caller), size);
  }

  @Requires('knowledge.read')
  @Query(() => AcknowledgementListConnection, {
    description: 'Who was asked to read a document, for who answers for it; else the lists that one has made',
  })
  async acknowledgementLists(
    @CurrentCaller() caller: Caller,
    @Args('documentId', { type: () => ID }) documentId: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 20 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<AcknowledgementListConnection> {
    const size = pageSize(first ?? 20);
    const [id = ''] = decodeCursor(after, ['string']) ?? [];
    return toConnectionById(await this.service.lists(documentId, String(id), size + 1, caller), size);
  }

  @Requires('knowledge.write')
  @Mutation(() => AcknowledgementList, { description: 'Asks people to say that they have read a document' })
  async askAcknowledgement(
    @CurrentCaller() caller: Caller,
    @Args('input') input: AcknowledgementInput,
  ): Promise<AcknowledgementList> {
    return this.service.ask(input, caller);
  }

  @Requires('knowledge.read')
  @Mutation(() => ReadingDuty, { description: 'Says that one has read that version' })
  async acknowledgeDocument(
    @CurrentCaller() caller: Caller,
    @Args('listId', { type: () => ID }) listId: string,
    @Args('version', { type: () => Int }) version: number,
  ): Promise<ReadingDuty> {
    return this.service.acknowledge(listId, version, caller);
  }

  @Requires('knowledge.write')
  @Mutation(() => Boolean, { description: 'Ends a list; false when it has ended before' })
  async closeAcknowledgement(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    return this.service.close(id, caller);
  }
}
