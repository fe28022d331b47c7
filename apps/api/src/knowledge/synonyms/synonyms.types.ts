import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';

import { DateTime, connectionOf } from '../../platform/graphql/index.js';

@ObjectType()
export class Synonym {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'ISO 639-1 of the questions that it is for; empty for every language' })
  language!: string;

  @Field(() => [String])
  words!: readonly string[];

  @Field(() => [String], { description: 'Looked for as well, where one of the words is asked for' })
  means!: readonly string[];

  @Field(() => Boolean, { description: 'Whether the words are looked for as well, where a meaning is asked for' })
  bothWays!: boolean;

  @Field(() => ID)
  createdBy!: string;

  @Field(() => DateTime)
  createdAt!: Date;
}

@ObjectType()
export class SynonymConnection extends connectionOf(Synonym) {}

@InputType()
export class SynonymInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, defaultValue: '' })
  language?: string | null;

  @Field(() => [String])
  words!: string[];

  @Field(() => [String])
  means!: string[];

  @Field(() => Boolean, { nullable: true, defaultValue: true })
  bothWays?: boolean | null;
}
