import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';

import { Authenticated, CurrentCaller, Public } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { PairingApproval } from './approval.service.js';
import { ApprovePairingInput, PairingOffer, PairingProgress, PairingTicket } from './pairing.model.js';
import { PairingService } from './pairing.service.js';

@Resolver()
export class PairingResolver {
  constructor(
    private readonly service: PairingService,
    private readonly approval: PairingApproval,
  ) {}

  @Public()
  @Mutation(() => PairingTicket, { description: 'Public: by a new device, which commits to keys that it shows later' })
  startPairing(@Args('commitment', { type: () => Uint8Array }) commitment: Uint8Array): Promise<PairingTicket> {
    return this.service.start(commitment);
  }

  @Public()
  @Query(() => PairingProgress, { description: 'Public: by the new device' })
  pairing(@Args('token', { type: () => Uint8Array }) token: Uint8Array): Promise<PairingProgress> {
    return this.service.progress(token);
  }

  @Public()
  @Mutation(() => PairingProgress, { description: 'Public: by the new device, after it has read the answer' })
  revealPairing(
    @Args('token', { type: () => Uint8Array }) token: Uint8Array,
    @Args('offer', { type: () => Uint8Array }) offer: Uint8Array,
    @Args('nonce', { type: () => Uint8Array }) nonce: Uint8Array,
  ): Promise<PairingProgress> {
    return this.service.reveal(token, offer, nonce);
  }

  @Public()
  @Mutation(() => Boolean, { description: 'Public: by the new device, at the end' })
  async endPairing(
    @Args('token', { type: () => Uint8Array }) token: Uint8Array,
    @Args('installed', { type: () => Boolean }) installed: boolean,
  ): Promise<boolean> {
    await this.service.end(token, installed ? 'INSTALLED' : 'REFUSED');
    return true;
  }

  @Authenticated()
  @Mutation(() => PairingOffer)
  claimPairing(
    @Args('code', { type: () => String }) code: string,
    @CurrentCaller() caller: Caller,
  ): Promise<PairingOffer> {
    return this.service.claim(code, caller);
  }

  @Authenticated()
  @Mutation(() => PairingOffer)
  answerPairing(
    @Args('id', { type: () => ID }) id: string,
    @Args('answer', { type: () => Uint8Array }) answer: Uint8Array,
    @CurrentCaller() caller: Caller,
  ): Promise<PairingOffer> {
    return this.service.answer(id, answer, caller);
  }

  @Authenticated()
  @Query(() => PairingOffer)
  pairingOffer(@Args('id', { type: () => ID }) id: string, @CurrentCaller() caller: Caller): Promise<PairingOffer> {
    return this.service.offer(id, caller);
  }

  @Authenticated()
  @Mutation(() => PairingOffer, { description: 'Enters the new device and leaves what it needs, both or neither' })
  approvePairing(@Args('input') input: ApprovePairingInput, @CurrentCaller() caller: Caller): Promise<PairingOffer> {
    return this.approval.approve(input, caller);
  }

  @Authenticated()
  @Mutation(() => Boolean)
  async refusePairing(@Args('id', { type: () => ID }) id: string, @CurrentCaller() caller: Caller): Promise<boolean> {
    await this.service.refuse(id, caller);
    return true;
  }
}
