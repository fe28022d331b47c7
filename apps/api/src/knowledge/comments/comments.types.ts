import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';

import { DateTime, LabelInput, LabelType, connectionOf } from '../../platform/graphql/index.js';
import type { Reader } from '../reading.service.js';

@ObjectType({ description: 'What somebody says about a document or one paragraph of it' })
export class Comment {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  documentId!: string;

  @Field(() => ID, { nullable: true, description: 'The paragraph; null: the whole document' })
  blockId!: string | null;

  @Field(() => Int, { description: 'The newest version when it was written' })
  version!: number;

  @Field(() => LabelType)
  label!: LabelType;

  @Field(() => ID, { nullable: true, description: 'The comment that began the thread' })
  answerTo!: string | null;

  @Field(() => ID, { nullable: true, description: 'Null: deleted' })
  authorId!: string | null;

  @Field(() => String, { description: 'Empty where it was deleted' })
  text!: string;

  @Field(() => [ID])
  mentions!: string[];

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  editedAt!: Date | null;

  @Field(() => Boolean, { description: 'Keeps its place because it was answered' })
  isDeleted!: boolean;

  @Field(() => DateTime, { nullable: true })
  resolvedAt!: Date | null;

  @Field(() => ID, { nullable: true })
  resolvedBy!: string | null;

  /** Who asked, for the fields that are resolved later. */
  reader!: Reader;
}

@ObjectType()
export class CommentConnection extends connectionOf(Comment) {}

@InputType()
export class CommentInput {
  @Field(() => ID, { description: 'Made by the client; the same again changes nothing' })
  id!: string;

  @Field(() => ID)
  documentId!: string;

  @Field(() => ID, { nullable: true, description: 'A paragraph of the newest version' })
  blockId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The comment that began the thread' })
  answerTo?: string | null;

  @Field(() => String)
  text!: string;

  @Field(() => [ID], { nullable: true, defaultValue: [], description: 'People who get a notice, if they may read it' })
  mentions?: string[] | null;

  @Field(() => LabelInput, {
    nullable: true,
    description: "At least the paragraph's, else the document's; that without it",
  })
  label?: LabelInput | null;
}
