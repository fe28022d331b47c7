import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { RefusalType } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { CommitsService } from './commits.service.js';
import {
  CommitInput,
  CommitResult,
  CreateGroupInput,
  CreateGroupResult,
  GroupConnection,
  GroupCreated,
  GroupType,
  PendingWelcome,
} from './group.types.js';
import { GroupsService } from './groups.service.js';
import { WelcomesService } from './welcomes.service.js';

@Resolver(() => GroupType)
export class GroupsResolver {
  constructor(
    private readonly service: GroupsService,
    private readonly commits: CommitsService,
    private readonly waiting: WelcomesService,
  ) {}

  @Query(() => GroupConnection)
  @Requires('delivery.use')
  groups(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    return this.service.page(caller, first, after);
  }

  @Query(() => GroupType, { nullable: true })
  @Requires('delivery.use')
  async group(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string) {
    return (await this.service.one(caller, id)) ?? null;
  }

  @Query(() => [PendingWelcome])
  @Requires('delivery.use')
  welcomes(@CurrentCaller() caller: Caller, @Args('first', { type: () => Int, defaultValue: 50 }) first: number) {
    return this.waiting.pending(caller, first);
  }

  @Mutation(() => CreateGroupResult)
  @Requires('delivery.use')
  createGroup(@CurrentCaller() caller: Caller, @Args('input') input: CreateGroupInput) {
    return refusalAsResult(async () => new GroupCreated(await this.service.create(caller, input)));
  }

  @Mutation(() => CommitResult)
  @Requires('delivery.use')
  submitCommit(@CurrentCaller() caller: Caller, @Args('input') input: CommitInput) {
    return refusalAsResult(() => this.commits.submit(caller, input));
  }

  @Mutation(() => Int)
  @Requires('delivery.use')
  confirmWelcomes(@CurrentCaller() caller: Caller, @Args('ids', { type: () => [ID] }) ids: string[]) {
    return this.waiting.confirm(caller, ids);
  }
}

async function refusalAsResult<Result>(work: () => Promise<Result>): Promise<Result | RefusalType> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return new RefusalType(error);
    throw error;
  }
}
