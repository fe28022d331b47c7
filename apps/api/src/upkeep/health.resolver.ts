import { Query, Resolver } from '@nestjs/graphql';

import { Requires } from '../access/index.js';
import { HealthService } from './health.service.js';
import { ServerHealth } from './health.types.js';

@Resolver()
export class HealthResolver {
  constructor(private readonly service: HealthService) {}

  @Query(() => ServerHealth, { description: 'How the server is: numbers and states, nothing of what it holds' })
  @Requires('upkeep.read')
  health(): Promise<ServerHealth> {
    return this.service.health();
  }
}
