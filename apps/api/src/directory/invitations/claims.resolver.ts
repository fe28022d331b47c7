import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { Public } from '../../access/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { Loaders } from '../loaders.js';
import { Post } from '../posts/post.model.js';
import { ClaimsService } from './claims.service.js';
import { ClaimInvitationInput, InvitationView } from './invitation.model.js';

@Resolver(() => InvitationView)
export class ClaimsResolver {
  constructor(
    private readonly service: ClaimsService,
    private readonly loaders: Loaders,
  ) {}

  @Public()
  @Query(() => InvitationView, { nullable: true, description: 'Public: what the holder of a link sees' })
  invitation(@Args('claimToken', { type: () => Uint8Array }) claimToken: Uint8Array): Promise<InvitationView | null> {
    return this.service.view(claimToken);
  }

  @Public()
  @Mutation(() => InvitationView, { description: 'Public: by the holder of the link' })
  claimInvitation(@Args('input') input: ClaimInvitationInput): Promise<InvitationView> {
    return this.service.claim(input);
  }

  @Public()
  @ResolveField(() => Post)
  post(@Parent() { postId }: InvitationView, @Context() context: RequestContext): Promise<Post> {
    return this.loaders.post(context, postId);
  }
}
