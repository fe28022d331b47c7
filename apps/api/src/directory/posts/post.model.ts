import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf } from '../../platform/graphql/index.js';

export enum PostKind {
  DEPARTMENT = 'DEPARTMENT',
  MISSION = 'MISSION',
}

registerEnumType(PostKind, { name: 'PostKind' });

@ObjectType()
export class Post {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => PostKind)
  kind!: PostKind;

  @Field(() => String, { nullable: true })
  country!: string | null;

  @Field(() => String)
  timeZone!: string;

  /** Resolved as the field `parent`. */
  parentId!: string | null;
}

@ObjectType()
export class PostConnection extends connectionOf(Post) {}

@InputType()
export class CreatePostInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => PostKind)
  kind!: PostKind;

  @Field(() => String, { nullable: true })
  country?: string | null;

  @Field(() => String)
  timeZone!: string;

  @Field(() => ID, { nullable: true })
  parentId?: string | null;
}
