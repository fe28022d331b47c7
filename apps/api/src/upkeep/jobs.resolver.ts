import { Args, Mutation, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../access/index.js';
import type { Caller } from '../access/index.js';
import { JobsService } from './jobs.service.js';

@Resolver()
export class JobsResolver {
  constructor(private readonly service: JobsService) {}

  @Mutation(() => Boolean, {
    description: 'Has work that was given up tried again, all of a kind or what failed with one code; true',
  })
  @Requires('upkeep.repair')
  async retryJobs(
    @CurrentCaller() caller: Caller,
    @Args('kind', { type: () => String }) kind: string,
    @Args('code', { type: () => String, nullable: true }) code?: string | null,
  ): Promise<boolean> {
    await this.service.retry(kind, code ?? undefined, caller);
    return true;
  }
}
