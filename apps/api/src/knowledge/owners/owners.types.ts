import { Field, ID, ObjectType } from '@nestjs/graphql';

import { DateTime, connectionOf } from '../../platform/graphql/index.js';

@ObjectType({ description: 'Who answers for a document' })
export class DocumentOwner {
  @Field(() => ID, { nullable: true, description: 'Null while it waits for somebody to be named' })
  personId!: string | null;

  @Field(() => ID, { description: 'The post that keeps it when the owner goes' })
  postId!: string;

  @Field(() => DateTime)
  since!: Date;
}

@ObjectType({ description: 'A draft whose author works here no more' })
export class LeftDraft {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  authorId!: string;

  @Field(() => ID)
  collectionId!: string;

  @Field(() => ID, { nullable: true, description: 'The document that it would be a new version of' })
  documentId!: string | null;

  @Field(() => String)
  title!: string;

  @Field(() => DateTime)
  updatedAt!: Date;

  @Field(() => DateTime)
  leftAt!: Date;
}

@ObjectType()
export class LeftDraftConnection extends connectionOf(LeftDraft) {}
