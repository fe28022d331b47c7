import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, loaderFor, pageSize, toConnectionById } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { Document } from '../documents/documents.types.js';
import { ReviewsService } from './reviews.service.js';
import { Review, ReviewAnswer, ReviewConnection, ReviewInput } from './reviews.types.js';

@Resolver(() => Document)
export class ReviewsResolver {
  constructor(private readonly service: ReviewsService) {}

  private readonly newest = loaderFor('document.review', async (wanted: readonly Pick<Document, 'id' | 'reader'>[]) => {
    const [first] = wanted;
    if (!first) return [];
    // All documents of one request have one reader.
    const reviews = await this.service.newestOf(
      wanted.map(({ id }) => id),
      first.reader,
    );
    return wanted.map(({ id }) => reviews.find(({ documentId }) => documentId === id) ?? null);
  });

  /** Only of documents that were read through a filter: a `Document` is nothing else. */
  @ResolveField(() => Review, { nullable: true, description: 'The newest review' })
  async review(@Parent() { id, reader }: Document, @Context() context: RequestContext): Promise<Review | null> {
    return this.newest(context).load({ id, reader });
  }

  @Requires('knowledge.read')
  @Query(() => ReviewConnection, { description: 'Open reviews in which one is asked and has not answered' })
  async myReviews(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<ReviewConnection> {
    const size = pageSize(first ?? 50);
    const [id = ''] = decodeCursor(after, ['string']) ?? [];
    return toConnectionById(await this.service.waiting(String(id), size + 1, caller), size);
  }

  @Requires('knowledge.write')
  @Mutation(() => Review, { description: 'Asks people to judge the newest version' })
  async requestReview(@CurrentCaller() caller: Caller, @Args('input') input: ReviewInput): Promise<Review> {
    return this.service.request(input, caller);
  }

  @Requires('knowledge.read')
  @Mutation(() => Review, { description: 'Approves the version, or asks for changes, with a note' })
  async answerReview(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
    @Args('answer', { type: () => ReviewAnswer }) answer: ReviewAnswer,
    @Args('note', { type: () => String, nullable: true, defaultValue: '' }) note?: string | null,
  ): Promise<Review> {
    return this.service.answer(id, answer, note ?? '', caller);
  }

  @Requires('knowledge.write')
  @Mutation(() => Review)
  async withdrawReview(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<Review> {
    return this.service.withdraw(id, caller);
  }

  @Requires('knowledge.write')
  @Mutation(() => Boolean, { description: 'Says that another document took the place of this one' })
  async supersedeDocument(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
    @Args('by', { type: () => ID }) by: string,
  ): Promise<boolean> {
    await this.service.supersede(id, by, caller);
    return true;
  }
}
