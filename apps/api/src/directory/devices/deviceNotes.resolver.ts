import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';

import { Authenticated, CurrentCaller, Public } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { DeviceNote, NameDeviceInput } from './deviceNote.model.js';
import { DeviceNotesService } from './deviceNotes.service.js';
import { FirstDevice } from './firstDevice.service.js';

@Resolver()
export class DeviceNotesResolver {
  constructor(
    private readonly service: DeviceNotesService,
    private readonly firstDevice: FirstDevice,
  ) {}

  @Public()
  @Mutation(() => Boolean, {
    description:
      'Public: the first device under an identity key that two officers have put in force, signed with that key',
  })
  enterFirstDevice(@Args('addDevice', { type: () => Uint8Array }) addDevice: Uint8Array): Promise<boolean> {
    return this.firstDevice.enter(addDevice);
  }

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
