import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';

import { Role } from '../../access/index.js';
import { LabelInput, LabelType, connectionOf } from '../../platform/graphql/index.js';
import { Access } from '../access.js';
import type { Reader } from '../reading.service.js';

@ObjectType()
export class Collection {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String)
  description!: string;

  @Field(() => LabelType)
  defaultLabel!: LabelType;

  @Field(() => Access)
  access!: Access;

  /** Who asked, for the fields that are resolved later. */
  reader!: Reader;

  parentId!: string | null;
}

@ObjectType()
export class CollectionConnection extends connectionOf(Collection) {}

@ObjectType()
export class Grant {
  @Field(() => ID)
  id!: string;

  @Field(() => Access)
  access!: Access;

  @Field(() => ID, { nullable: true })
  personId!: string | null;

  @Field(() => ID, { nullable: true })
  postId!: string | null;

  @Field(() => Role, { nullable: true })
  role!: Role | null;
}

@InputType()
export class CreateCollectionInput {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true, defaultValue: '' })
  description?: string | null;

  @Field(() => LabelInput)
  defaultLabel!: LabelInput;

  @Field(() => ID, { nullable: true })
  parentId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Nothing above this level enters a search engine' })
  indexCeiling?: string | null;
}

@InputType()
export class RenameCollectionInput {
  @Field(() => ID)
  collectionId!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true, description: 'Without it, what was said before stays' })
  description?: string | null;
}

@InputType()
export class GrantInput {
  @Field(() => ID)
  collectionId!: string;

  @Field(() => Access)
  access!: Access;

  @Field(() => ID, { nullable: true })
  personId?: string | null;

  @Field(() => ID, { nullable: true })
  postId?: string | null;

  @Field(() => Role, { nullable: true })
  role?: Role | null;
}
