import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { ClaimedKeyPackage, KeyPackageStock } from './keyPackage.types.js';
import { KeyPackagesService } from './keyPackages.service.js';

@Resolver()
export class KeyPackagesResolver {
  constructor(private readonly service: KeyPackagesService) {}

  @Query(() => KeyPackageStock)
  @Requires('delivery.use')
  keyPackageStock(@CurrentCaller() caller: Caller) {
    return this.service.stock(caller);
  }

  @Mutation(() => KeyPackageStock)
  @Requires('delivery.use')
  publishKeyPackages(
    @CurrentCaller() caller: Caller,
    @Args('keyPackages', { type: () => [Uint8Array] }) keyPackages: Uint8Array[],
    @Args('lastResort', { type: () => Uint8Array, nullable: true }) lastResort?: Uint8Array | null,
  ) {
    return this.service.publish(caller, keyPackages, lastResort);
  }

  @Mutation(() => [ClaimedKeyPackage])
  @Requires('delivery.use')
  claimKeyPackages(
    @CurrentCaller() caller: Caller,
    @Args('deviceIds', { type: () => [ID] }) deviceIds: string[],
    @Args('suite', { type: () => Int, nullable: true, description: 'Default: any, the default suite first' })
    suite?: number | null,
  ) {
    return this.service.claim(caller, deviceIds, suite ?? null);
  }
}
