import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { pageSize } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import { Approval, ApprovalConnection, ApprovalState, ProposeActInput } from './approval.model.js';
import { ApprovalsService } from './approvals.service.js';

@Resolver(() => Approval)
export class ApprovalsResolver {
  constructor(private readonly service: ApprovalsService) {}

  @Requires('directory.statements')
  @Query(() => ApprovalConnection)
  approvals(
    @Args('first', { type: () => Int, defaultValue: 50, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
    @Args('state', { type: () => ApprovalState, nullable: true }) state?: ApprovalState | null,
  ): Promise<Connection<Approval>> {
    return this.service.page(pageSize(first ?? 50), after, state);
  }

  @Requires('directory.statements')
  @Query(() => Approval, { nullable: true })
  approval(@Args('id', { type: () => ID }) id: string): Promise<Approval | null> {
    return this.service.find(id);
  }

  @Requires('directory.statements')
  @Mutation(() => Approval)
  proposeAct(@Args('input') input: ProposeActInput, @CurrentCaller() caller: Caller): Promise<Approval> {
    return this.service.propose(input, caller);
  }

  @Requires('directory.statements')
  @Mutation(() => Approval, { description: 'By another officer, with the second signature; enters the statements' })
  approveAct(
    @Args('id', { type: () => ID }) id: string,
    @Args('statements', { type: () => [Uint8Array] }) statements: Uint8Array[],
    @CurrentCaller() caller: Caller,
  ): Promise<Approval> {
    return this.service.approve(id, statements, caller);
  }

  @Requires('directory.statements')
  @Mutation(() => Approval, { description: 'By another officer, or by the proposer, who so withdraws it' })
  refuseAct(@Args('id', { type: () => ID }) id: string, @CurrentCaller() caller: Caller): Promise<Approval> {
    return this.service.refuse(id, caller);
  }
}
