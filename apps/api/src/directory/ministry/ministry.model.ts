import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';

import { connectionOf } from '../../platform/graphql/index.js';
import { CreatePostInput } from '../posts/post.model.js';

@ObjectType()
export class Ministry {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'SHA-256 of the root statement, base64url' })
  rootFingerprint!: string;

  @Field(() => [Int], { description: 'MLS cipher suites that the server takes' })
  suites!: number[];
}

@ObjectType({ description: 'A security policy that is, or was, in force' })
export class SecurityPolicyVersion {
  @Field(() => Int, { description: 'Number of the statement that put it in force' })
  seq!: number;

  @Field(() => String, { description: 'SHA-256 of the text, base64url: what the statement names' })
  hash!: string;

  @Field(() => String, { description: 'Canonical JSON text (see libs/policy)' })
  policy!: string;

  @Field(() => Date)
  inForceSince!: Date;
}

@ObjectType()
export class SecurityPolicyConnection extends connectionOf(SecurityPolicyVersion) {}

@InputType()
export class FoundMinistryInput {
  @Field(() => String, {
    description: 'Allows the founding; printed by the server at its first start, or set as CHANCERY_FOUNDING_TOKEN',
  })
  foundingToken!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String)
  policy!: string;

  @Field(() => [Uint8Array], {
    description:
      'root, appoint, enrol, clear and addDevice of the first officer, and the serverKey of each purpose, in this order',
  })
  statements!: Uint8Array[];

  @Field(() => [CreatePostInput])
  posts!: CreatePostInput[];
}
