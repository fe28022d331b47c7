import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';

import type { ServerKeyPurpose } from '#transparency';

export enum ServerKeyState {
  PENDING = 'PENDING',
  CURRENT = 'CURRENT',
  OVERLAP = 'OVERLAP',
  ENDED = 'ENDED',
}

registerEnumType(ServerKeyState, {
  name: 'ServerKeyState',
  description:
    'PENDING: no statement names it yet. OVERLAP: another has taken its place, and it holds for some days more.',
});

/** Names of the purposes on the wire, and the words of the statements for them. */
export const ServerKeyPurposes = { LOG: 'log', DELIVERY: 'delivery' } as const satisfies Record<
  string,
  ServerKeyPurpose
>;

registerEnumType(ServerKeyPurposes, { name: 'ServerKeyPurpose' });

@ObjectType('ServerKey', { description: 'A public key with which this server signs' })
export class ServerKeyType {
  @Field(() => ServerKeyPurposes)
  purpose!: ServerKeyPurpose;

  @Field(() => Uint8Array, { description: 'Ed25519, 32 bytes' })
  key!: Uint8Array;

  @Field(() => ServerKeyState)
  state!: ServerKeyState;
}
