import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, loaderFor, pageSize, toConnection, toLabelType } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import type { CommentEntity } from './comment.entity.js';
import { CommentsService } from './comments.service.js';
import type { SeenComments } from './comments.service.js';
import { Comment, CommentConnection, CommentInput } from './comments.types.js';

const FEW_READERS = 6;
const MOST_READERS = 20;

@Resolver(() => Comment)
export class CommentsResolver {
  constructor(private readonly service: CommentsService) {}

  private readonly blockIds = loaderFor(
    'comment.blocks',
    async (wanted: readonly Pick<Comment, 'documentId' | 'reader'>[]) => {
      const [first] = wanted;
      if (!first) return [];
      // All comments of one request have one reader.
      const documentIds = [...new Set(wanted.map(({ documentId }) => documentId))];
      const blocks = await this.service.blockIdsOf(documentIds, first.reader);
      return wanted.map(({ documentId }) => blocks.get(documentId) ?? new Set<string>());
    },
  );

  @ResolveField(() => Boolean, { description: 'The newest version no longer has the paragraph; see version' })
  async isOnFormerBlock(
    @Parent() { documentId, blockId, reader }: Comment,
    @Context() context: RequestContext,
  ): Promise<boolean> {
    return blockId !== null && !(await this.blockIds(context).load({ documentId, reader })).has(blockId);
  }

  @Requires('knowledge.read')
  @Query(() => CommentConnection, { description: 'Of a document that one may read, the oldest first' })
  async comments(
    @CurrentCaller() caller: Caller,
    @Args('documentId', { type: () => ID }) documentId: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
    @Args('blockId', { type: () => ID, nullable: true }) blockId?: string | null,
    @Args('openOnly', { type: () => Boolean, nullable: true, defaultValue: false }) openOnly?: boolean | null,
  ): Promise<CommentConnection> {
    const size = pageSize(first ?? 50);
    const query = {
      blockId: blockId ?? undefined,
      openOnly: openOnly ?? false,
      after: placeOf(after),
      limit: size + 1,
    };
    const seen = await this.service.list(documentId, query, caller);
    const nodes = present(seen);
    return toConnection(
      nodes,
      size,
      ({ createdAt, id: last }) => [createdAt.toISOString(), last],
      (node) => node,
    );
  }

  @Requires('knowledge.read')
  @Query(() => [ID], {
    description:
      'Ids of others who may read what one is about to say there and whose name, or a word of it, begins so, by name',
  })
  async commentReaders(
    @CurrentCaller() caller: Caller,
    @Args('documentId', { type: () => ID }) documentId: string,
    @Args('typed', { type: () => String }) typed: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 6 }) first: number | null,
    @Args('blockId', { type: () => ID, nullable: true }) blockId?: string | null,
    @Args('answerTo', { type: () => ID, nullable: true }) answerTo?: string | null,
  ): Promise<string[]> {
    const place = { documentId, blockId: blockId ?? null, answerTo: answerTo ?? null };
    return this.service.readersOf(place, typed, pageSize(first ?? FEW_READERS, MOST_READERS), caller);
  }

  @Requires('knowledge.read')
  @Mutation(() => Comment, { description: 'On a document, on one paragraph of it, or in answer to a comment' })
  async addComment(@CurrentCaller() caller: Caller, @Args('input') input: CommentInput): Promise<Comment> {
    return only(await this.service.add(input, caller));
  }

  @Requires('knowledge.read')
  @Mutation(() => Comment, { description: "One's own; whom it names newly gets a notice, if they may read it" })
  async editComment(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
    @Args('text', { type: () => String }) text: string,
    @Args('mentions', { type: () => [ID], nullable: true, description: 'In place of those before; absent: as before' })
    mentions?: string[] | null,
  ): Promise<Comment> {
    return only(await this.service.edit(id, text, mentions ?? null, caller));
  }

  @Requires('knowledge.read')
  @Mutation(() => Boolean, { description: "One's own; keeps its place without words where it was answered" })
  async deleteComment(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    await this.service.delete(id, caller);
    return true;
  }

  @Requires('knowledge.write')
  @Mutation(() => Boolean, { description: "Another's, by who manages the collection" })
  async removeComment(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    await this.service.remove(id, caller);
    return true;
  }

  @Requires('knowledge.read')
  @Mutation(() => Comment, { description: 'Resolves a thread, or opens it again' })
  async resolveComment(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
    @Args('isResolved', { type: () => Boolean, nullable: true, defaultValue: true }) isResolved: boolean | null,
  ): Promise<Comment> {
    return only(await this.service.resolve(id, isResolved ?? true, caller));
  }
}

/** Throws BAD_CURSOR. */
function placeOf(after: string | null | undefined): readonly [Date, string] | undefined {
  const [at, id] = decodeCursor(after, ['string', 'string']) ?? [];
  if (at === undefined) return undefined;
  const time = new Date(at);
  if (Number.isNaN(time.getTime()))
    throw new Refusal('BAD_CURSOR', 'the cursor was not made by this list', { field: 'after' });
  return [time, String(id)];
}

function present({ rows, labels, reader }: SeenComments): Comment[] {
  return rows.flatMap((row) => {
    const label = labels.get(row.labelId);
    return label ? [{ ...shown(row), label: toLabelType(label, reader.policy), reader }] : [];
  });
}

function shown({ deletedAt, authorId, ...row }: CommentEntity): Omit<Comment, 'label' | 'reader'> {
  const isDeleted = deletedAt !== null;
  return { ...row, authorId: isDeleted ? null : authorId, isDeleted };
}

function only(seen: SeenComments): Comment {
  const [comment] = present(seen);
  if (!comment) throw new Error('a comment with a label that has no number');
  return comment;
}
