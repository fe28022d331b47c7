import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';

import { Authenticated, CurrentCaller } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { DeviceNote, NameDeviceInput } from './deviceNote.model.js';
import { DeviceNotesService } from './deviceNotes.service.js';

@Resolver()
export class DeviceNotesResolver {
  constructor(private readonly service: DeviceNotesService) {}

  @Authenticated()
  @Query(() => [DeviceNote], { description: "Of one's own devices; of anybody's for those who decide on trust" })
  deviceNotes(
    @Args('personId', { type: () => ID }) personId: string,
    @CurrentCaller() caller: Caller,
  ): Promise<DeviceNote[]> {
    return this.service.of(personId, caller);
  }

  @Authenticated()
  @Mutation(() => DeviceNote)
  nameDevice(@Args('input') input: NameDeviceInput, @CurrentCaller() caller: Caller): Promise<DeviceNote> {
    return this.service.name(input, caller);
  }
}
