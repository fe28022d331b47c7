import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';

import type { ServerKeyPurpose } from '#transparency';

import { Public, Requires } from '../../access/index.js';
import { ServerKeyPurposes, ServerKeyType } from './serverKey.model.js';
import { ServerKeys } from './serverKeys.js';

@Resolver(() => ServerKeyType)
export class ServerKeysResolver {
  constructor(private readonly keys: ServerKeys) {}

  @Public()
  @Query(() => [ServerKeyType], { description: 'Public: what this server signs with; the founding names the keys' })
  serverKeys(): Promise<ServerKeyType[]> {
    return this.keys.list();
  }

  @Requires('directory.statements')
  @Mutation(() => ServerKeyType, {
    description: 'A key that waits for an officer to name it in a statement; the same one until then',
  })
  renewServerKey(
    @Args('purpose', { type: () => ServerKeyPurposes }) purpose: ServerKeyPurpose,
  ): Promise<ServerKeyType> {
    return this.keys.renew(purpose);
  }
}
