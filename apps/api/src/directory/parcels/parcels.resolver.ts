import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';

import { Authenticated, CurrentCaller } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { KeyParcel, KeyParcelInput, ParcelKey } from './parcel.model.js';
import { ParcelsService } from './parcels.service.js';

@Resolver()
export class ParcelsResolver {
  constructor(private readonly service: ParcelsService) {}

  @Authenticated()
  @Query(() => [ParcelKey], { description: "Of the caller's devices in use" })
  parcelKeys(@CurrentCaller() caller: Caller): Promise<ParcelKey[]> {
    return this.service.keys(caller);
  }

  @Authenticated()
  @Query(() => [KeyParcel], {
    description: "What the person's other devices in use have sealed to the caller's device",
  })
  keyParcels(@CurrentCaller() caller: Caller): Promise<KeyParcel[]> {
    return this.service.received(caller);
  }

  @Authenticated()
  @Mutation(() => Boolean, { description: "Of the caller's device; takes the place of the one before" })
  putParcelKey(
    @Args('kemKey', { type: () => Uint8Array }) kemKey: Uint8Array,
    @Args('signature', { type: () => Uint8Array }) signature: Uint8Array,
    @CurrentCaller() caller: Caller,
  ): Promise<boolean> {
    return this.service.putKey(kemKey, signature, caller);
  }

  @Authenticated()
  @Mutation(() => Boolean, { description: 'Takes the place of the one before between the same two devices' })
  sendKeyParcel(@Args('input') input: KeyParcelInput, @CurrentCaller() caller: Caller): Promise<boolean> {
    return this.service.send(input, caller);
  }
}
