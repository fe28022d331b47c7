import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';

import { Bytes, DateTime } from '../platform/graphql/index.js';
import { AuditEntryType, AuditHeadInput } from './audit/index.js';

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

  @Field(() => AuditEntryType, { nullable: true, description: 'What the audit trail says of its opening' })
  entered?: AuditEntryType;
}

@InputType()
export class OpenSessionInput {
  @Field(() => ID)
  challengeId!: string;

  @Field(() => ID)
  deviceId!: string;

  @Field(() => Bytes, { description: 'Ed25519 over the canonical challenge, see libs/contracts' })
  signature!: Uint8Array;

  @Field(() => AuditHeadInput, {
    nullable: true,
    description: 'The newest own entry of the audit trail that the device knows; covered by the signature',
  })
  seen?: AuditHeadInput | null;
}
