import { Args, Context, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, loaderFor, pageSize, toConnection } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { Document, DocumentConnection } from '../documents/documents.types.js';
import { PresentDocuments } from '../documents/presentDocuments.js';
import { ReadingService } from '../reading.service.js';
import { DatesService } from './dates.service.js';
import { DocumentDates, DocumentDatesInput } from './dates.types.js';

/** Before every document whose review is due. */
const START: readonly [string, string] = ['0001-01-01', ''];

@Resolver(() => Document)
export class DatesResolver {
  constructor(
    private readonly service: DatesService,
    private readonly reading: ReadingService,
    private readonly presenting: PresentDocuments,
  ) {}

  private readonly datesOf = loaderFor('document.dates', async (wanted: readonly Pick<Document, 'id' | 'reader'>[]) => {
    const [first] = wanted;
    if (!first) return [];
    // All documents of one request have one reader.
    return this.service.of(
      wanted.map(({ id }) => id),
      first.reader,
    );
  });

  @ResolveField(() => DocumentDates)
  async dates(@Parent() { id, reader }: Document, @Context() context: RequestContext): Promise<DocumentDates> {
    return this.datesOf(context).load({ id, reader });
  }

  @Requires('knowledge.read')
  @Query(() => DocumentConnection, { description: 'Documents whose review is due, the longest due first' })
  async documentsDue(
    @CurrentCaller() caller: Caller,
    @Args('until', { type: () => String, nullable: true, description: 'A day; today where it is left out' })
    until: string | null,
    @Args('mine', { type: () => Boolean, nullable: true, defaultValue: false, description: 'Only those that one owns' })
    mine: boolean | null,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<DocumentConnection> {
    const size = pageSize(first ?? 50);
    const [day, id] = decodeCursor(after, ['string', 'string']) ?? START;
    const reader = await this.reading.readerOf(caller);
    const wanted = { until, ownerId: mine === true ? caller.personId : undefined };
    const due = await this.service.due(wanted, [String(day), String(id)], size + 1, reader);
    const documents = await this.presenting.byIds(
      due.map((one) => one.id),
      reader,
    );
    const days = new Map(due.map((one) => [one.id, one.reviewOn]));
    return toConnection(
      documents,
      size,
      (document) => [days.get(document.id) ?? '', document.id],
      (document) => document,
    );
  }

  @Requires('knowledge.write')
  @Mutation(() => DocumentDates, { description: 'Sets all dates of a document; what is left out is taken away' })
  async setDocumentDates(
    @CurrentCaller() caller: Caller,
    @Args('input') input: DocumentDatesInput,
  ): Promise<DocumentDates> {
    return this.service.set(input, caller);
  }
}
