import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';

import { CreatePostInput } from '../posts/post.model.js';

@ObjectType()
export class Ministry {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'SHA-256 of the root statement, base64url' })
  rootFingerprint!: string;

  @Field(() => String, { description: 'The security policy in force, as JSON text (see libs/policy)' })
  policy!: string;

  @Field(() => [Int], { description: 'MLS cipher suites that the server takes' })
  suites!: number[];
}

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
