import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { ReceiptInput, ReceiptType } from './receipt.types.js';
import { ReceiptsService } from './receipts.service.js';

@Resolver(() => ReceiptType)
export class ReceiptsResolver {
  constructor(private readonly service: ReceiptsService) {}

  @Query(() => [ReceiptType])
  @Requires('delivery.use')
  receipts(@CurrentCaller() caller: Caller, @Args('groupId', { type: () => ID }) groupId: string) {
    return this.service.ofGroup(caller, groupId);
  }

  @Mutation(() => Int)
  @Requires('delivery.use')
  putReceipts(
    @CurrentCaller() caller: Caller,
    @Args('receipts', { type: () => [ReceiptInput] }) receipts: ReceiptInput[],
  ) {
    return this.service.put(caller, receipts);
  }
}
