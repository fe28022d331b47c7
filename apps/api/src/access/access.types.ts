import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';

import { Bytes, DateTime } from '../platform/graphql/index.js';

@ObjectType()
export class Challenge {
  @Field(() => ID)
  id!: string;

  @Field(() => Bytes)
  nonce!: Uint8Array;

  @Field(() => String)
  origin!: string;

  @Field(() => DateTime)
  expiresAt!: Date;
}

@ObjectType()
export class Session {
  @Field(() => String)
  token!: string;

  @Field(() => DateTime)
  expiresAt!: Date;
}

@InputType()
export class OpenSessionInput {
  @Field(() => ID)
  challengeId!: string;

  @Field(() => ID)
  deviceId!: string;

  @Field(() => Bytes, { description: 'Ed25519 over the canonical challenge, see libs/contracts' })
  signature!: Uint8Array;
}
