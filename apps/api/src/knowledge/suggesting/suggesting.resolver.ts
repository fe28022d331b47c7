import { Args, Int, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { SuggestingService } from './suggesting.service.js';
import { Suggestion } from './suggesting.types.js';

const DEFAULT_EACH = 5;

@Resolver(() => Suggestion)
export class SuggestingResolver {
  constructor(private readonly service: SuggestingService) {}

  @Requires('knowledge.read')
  @Query(() => [Suggestion], { description: 'What may be meant by what is typed so far: up to `first` of each kind' })
  async suggestions(
    @CurrentCaller() caller: Caller,
    @Args('typed', { type: () => String }) typed: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: DEFAULT_EACH }) first: number | null,
  ): Promise<Suggestion[]> {
    return this.service.suggest(typed, first ?? DEFAULT_EACH, caller);
  }
}
