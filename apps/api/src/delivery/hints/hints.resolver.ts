import { Resolver, Subscription } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { HintType } from './hint.types.js';
import type { HintStream } from './hintStream.js';
import { HintsService } from './hints.service.js';

@Resolver(() => HintType)
export class HintsResolver {
  constructor(private readonly service: HintsService) {}

  @Subscription(() => HintType, { description: 'Only hints: what was missed is fetched after the cursor' })
  @Requires('delivery.use')
  hints(@CurrentCaller() caller: Caller): HintStream {
    return this.service.subscribe(caller.deviceId, caller.permissions.has('directory.statements'));
  }
}
