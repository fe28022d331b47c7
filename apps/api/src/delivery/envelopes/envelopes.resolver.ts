import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { EnvelopeInput, EnvelopePage, EnvelopeType, SendResult } from './envelope.types.js';
import { EnvelopesService } from './envelopes.service.js';

@Resolver(() => EnvelopeType)
export class EnvelopesResolver {
  constructor(private readonly service: EnvelopesService) {}

  @Query(() => EnvelopePage)
  @Requires('delivery.use')
  envelopes(
    @CurrentCaller() caller: Caller,
    @Args('groupId', { type: () => ID }) groupId: string,
    @Args('after', { type: () => Int }) after: number,
    @Args('first', { type: () => Int, defaultValue: 100 }) first: number,
  ) {
    return this.service.fetch(caller, groupId, after, first);
  }

  @Mutation(() => [SendResult])
  @Requires('delivery.use')
  sendEnvelopes(
    @CurrentCaller() caller: Caller,
    @Args('envelopes', { type: () => [EnvelopeInput] }) envelopes: EnvelopeInput[],
  ) {
    return this.service.send(caller, envelopes);
  }
}
