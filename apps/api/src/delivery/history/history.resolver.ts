import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { HistoryService } from './history.service.js';
import { HistoryManifestType, HistorySegmentInput, HistorySegmentType } from './history.types.js';

@Resolver(() => HistoryManifestType)
export class HistoryResolver {
  constructor(private readonly service: HistoryService) {}

  @Query(() => [HistoryManifestType], { description: "Of the devices of the caller's person" })
  @Requires('delivery.use')
  historyManifests(@CurrentCaller() caller: Caller) {
    return this.service.manifests(caller);
  }

  @Query(() => [HistorySegmentType], {
    description: "Newest first, before a number. None for a device that is not of the caller's person.",
  })
  @Requires('delivery.use')
  historySegments(
    @CurrentCaller() caller: Caller,
    @Args('deviceId', { type: () => ID }) deviceId: string,
    @Args('before', { type: () => Int }) before: number,
    @Args('first', { type: () => Int, defaultValue: 8 }) first: number,
  ) {
    return this.service.segments(caller, deviceId, before, first);
  }

  @Mutation(() => Int, { description: 'Hands in the next segment of the own device; returns how many there are.' })
  @Requires('delivery.use')
  appendHistory(@CurrentCaller() caller: Caller, @Args('segment') segment: HistorySegmentInput) {
    return this.service.append(caller, segment);
  }
}
