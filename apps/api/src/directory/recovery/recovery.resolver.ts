import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { Authenticated, CurrentCaller, Public, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { pageSize } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import {
  ApproveRecoveryInput,
  RecoveryInput,
  RecoveryProgress,
  RecoveryRequest,
  RecoveryRequestConnection,
} from './recovery.model.js';
import { RecoveryService } from './recovery.service.js';
import { RecoveryDecisions } from './recoveryDecisions.service.js';

@Resolver()
export class RecoveryResolver {
  constructor(
    private readonly service: RecoveryService,
    private readonly decisions: RecoveryDecisions,
  ) {}

  @Authenticated()
  @Mutation(() => Date, { description: "Takes the place of the caller's earlier one" })
  putRecoveryBundle(
    @Args('locatorHash', { type: () => Uint8Array }) locatorHash: Uint8Array,
    @Args('bundle', { type: () => Uint8Array }) bundle: Uint8Array,
    @CurrentCaller() caller: Caller,
  ): Promise<Date> {
    return this.service.put(locatorHash, bundle, caller);
  }

  @Authenticated()
  @Mutation(() => Boolean, {
    description:
      "Newer content under the caller's code in force; false, and nothing changes, where another code is in force",
  })
  renewRecoveryBundle(
    @Args('locatorHash', { type: () => Uint8Array }) locatorHash: Uint8Array,
    @Args('bundle', { type: () => Uint8Array }) bundle: Uint8Array,
    @CurrentCaller() caller: Caller,
  ): Promise<boolean> {
    return this.service.renew(locatorHash, bundle, caller);
  }

  @Authenticated()
  @Query(() => Date, { nullable: true, description: "When the caller's recovery code was made" })
  recoveryMadeAt(@CurrentCaller() caller: Caller): Promise<Date | null> {
    return this.service.madeAt(caller);
  }

  @Public()
  @Mutation(() => RecoveryProgress, { description: 'Public: by the holder of a recovery code' })
  requestRecovery(@Args('input') input: RecoveryInput): Promise<RecoveryProgress> {
    return this.service.request(input);
  }

  @Public()
  @Query(() => RecoveryProgress, { description: 'Public: by the device that asked' })
  recovery(@Args('token', { type: () => Uint8Array }) token: Uint8Array): Promise<RecoveryProgress> {
    return this.service.progress(token);
  }

  @Public()
  @Mutation(() => RecoveryProgress, {
    description: 'Public: by the device that asked, with addDevice by the identity key',
  })
  finishRecovery(
    @Args('token', { type: () => Uint8Array }) token: Uint8Array,
    @Args('addDevice', { type: () => Uint8Array }) addDevice: Uint8Array,
  ): Promise<RecoveryProgress> {
    return this.service.finish(token, addDevice);
  }

  @Requires('directory.statements')
  @Query(() => RecoveryRequestConnection, { description: 'Those that wait for a decision, oldest first' })
  recoveryRequests(
    @Args('first', { type: () => Int, defaultValue: 50, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<Connection<RecoveryRequest>> {
    return this.decisions.page(pageSize(first ?? 50), after);
  }

  @Requires('directory.statements')
  @Mutation(() => RecoveryRequest)
  approveRecovery(
    @Args('input') input: ApproveRecoveryInput,
    @CurrentCaller() caller: Caller,
  ): Promise<RecoveryRequest> {
    return this.decisions.approve(input, caller);
  }

  @Requires('directory.statements')
  @Mutation(() => RecoveryRequest)
  refuseRecovery(
    @Args('id', { type: () => ID }) id: string,
    @CurrentCaller() caller: Caller,
  ): Promise<RecoveryRequest> {
    return this.decisions.refuse(id, caller);
  }
}
