import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { StandInput, StandType } from './stand.types.js';
import { StandsService } from './stands.service.js';

@Resolver(() => StandType)
export class StandsResolver {
  constructor(private readonly service: StandsService) {}

  @Query(() => [StandType], {
    description: 'Where the other members stand, the newest words of each conversation; of at most 100 conversations',
  })
  @Requires('delivery.use')
  stands(@CurrentCaller() caller: Caller, @Args('groupIds', { type: () => [ID] }) groupIds: string[]) {
    return this.service.ofGroups(caller, groupIds);
  }

  @Mutation(() => Int)
  @Requires('delivery.use')
  putStands(@CurrentCaller() caller: Caller, @Args('stands', { type: () => [StandInput] }) stands: StandInput[]) {
    return this.service.put(caller, stands);
  }
}
