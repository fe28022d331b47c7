import { Args, ID, Query, Resolver } from '@nestjs/graphql';

import { Requires } from '../../access/index.js';
import { ReachService } from './reach.service.js';
import { Reach } from './removals.types.js';

@Resolver()
export class RemovalsResolver {
  constructor(private readonly service: ReachService) {}

  @Query(() => Reach, {
    description: 'In how many conversations devices are: what a revocation touches; devices without any are left out',
  })
  @Requires('delivery.campaigns')
  reach(@Args('deviceIds', { type: () => [ID] }) deviceIds: string[]): Promise<Reach> {
    return this.service.of(deviceIds);
  }
}
