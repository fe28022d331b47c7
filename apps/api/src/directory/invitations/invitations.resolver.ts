import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { pageSize } from '../../platform/graphql/index.js';
import type { Connection, RequestContext } from '../../platform/graphql/index.js';
import { Loaders } from '../loaders.js';
import { Post } from '../posts/post.model.js';
import { CompletionService } from './completion.service.js';
import { CreateInvitationInput, Invitation, InvitationConnection, InvitationState } from './invitation.model.js';
import { InvitationsService } from './invitations.service.js';

@Resolver(() => Invitation)
export class InvitationsResolver {
  constructor(
    private readonly service: InvitationsService,
    private readonly completion: CompletionService,
    private readonly loaders: Loaders,
  ) {}

  @Requires('directory.enrol')
  @Query(() => InvitationConnection)
  invitations(
    @Args('first', { type: () => Int, defaultValue: 50, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
    @Args('state', { type: () => InvitationState, nullable: true }) state?: InvitationState | null,
  ): Promise<Connection<Invitation>> {
    return this.service.page(pageSize(first ?? 50), after, state);
  }

  @Requires('directory.enrol')
  @Mutation(() => Invitation)
  createInvitation(@Args('input') input: CreateInvitationInput, @CurrentCaller() caller: Caller): Promise<Invitation> {
    return this.service.create(input, caller);
  }

  @Requires('directory.enrol')
  @Mutation(() => Invitation)
  withdrawInvitation(@Args('id', { type: () => ID }) id: string, @CurrentCaller() caller: Caller): Promise<Invitation> {
    return this.service.withdraw(id, caller);
  }

  @Requires('directory.enrol')
  @Mutation(() => Invitation, {
    description: 'enrol, clear and assign, signed by an officer; the claimed addDevice is entered with them',
  })
  completeInvitation(
    @Args('id', { type: () => ID }) id: string,
    @Args('statements', { type: () => [Uint8Array] }) statements: Uint8Array[],
    @CurrentCaller() caller: Caller,
  ): Promise<Invitation> {
    return this.completion.complete(id, statements, caller);
  }

  @Requires('directory.enrol')
  @ResolveField(() => Post)
  post(@Parent() { postId }: Invitation, @Context() context: RequestContext): Promise<Post> {
    return this.loaders.post(context, postId);
  }
}
