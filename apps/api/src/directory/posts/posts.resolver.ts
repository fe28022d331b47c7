import { Args, Context, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { Authenticated, CurrentCaller, Public, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { pageSize } from '../../platform/graphql/index.js';
import type { Connection, RequestContext } from '../../platform/graphql/index.js';
import { Loaders } from '../loaders.js';
import { CreatePostInput, Post, PostConnection } from './post.model.js';
import { PostsService } from './posts.service.js';

@Resolver(() => Post)
export class PostsResolver {
  constructor(
    private readonly service: PostsService,
    private readonly loaders: Loaders,
  ) {}

  @Authenticated()
  @Query(() => PostConnection)
  posts(
    @Args('first', { type: () => Int, defaultValue: 50, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<Connection<Post>> {
    return this.service.page(pageSize(first ?? 50), after);
  }

  @Requires('directory.posts')
  @Mutation(() => Post)
  createPost(@Args('input') input: CreatePostInput, @CurrentCaller() caller: Caller): Promise<Post> {
    return this.service.open(input, caller);
  }

  /** Public, because the holder of an enrolment link sees the post that waits. */
  @Public()
  @ResolveField(() => Post, { nullable: true })
  parent(@Parent() { parentId }: Post, @Context() context: RequestContext): Promise<Post> | null {
    return parentId === null ? null : this.loaders.post(context, parentId);
  }
}
