import { Field, ID, InputType, Int, ObjectType, createUnionType, registerEnumType } from '@nestjs/graphql';

import { DateTime, LabelType, connectionOf } from '../../platform/graphql/index.js';
import { DocumentInput, FileRefused, FiledDocument } from '../documents/documents.types.js';

export enum MergePartKind {
  TAKEN = 'TAKEN',
  CONFLICT = 'CONFLICT',
}

registerEnumType(MergePartKind, { name: 'MergePartKind' });

@ObjectType('Draft')
export class DraftType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  collectionId!: string;

  @Field(() => ID, { nullable: true, description: 'The document that it will be a new version of' })
  documentId!: string | null;

  @Field(() => Int, { nullable: true, description: 'The version that it was made from' })
  baseVersion!: number | null;

  @Field(() => Int, { description: 'Number of the newest save' })
  seq!: number;

  @Field(() => String)
  title!: string;

  @Field(() => ID)
  kind!: string;

  @Field(() => LabelType)
  label!: LabelType;

  @Field(() => String, { description: 'What was saved last: a DocumentInput as JSON' })
  content!: string;

  @Field(() => DateTime)
  updatedAt!: Date;
}

@ObjectType()
export class DraftConnection extends connectionOf(DraftType) {}

@InputType()
export class DraftInput {
  @Field(() => ID, { description: 'Made by the client: a lower-case UUID' })
  id!: string;

  @Field(() => ID)
  collectionId!: string;

  @Field(() => ID, { nullable: true })
  documentId?: string | null;

  @Field(() => Int, { nullable: true })
  baseVersion?: number | null;

  @Field(() => Int, { description: 'One more than the save before, from 1; the same save may come again' })
  seq!: number;

  @Field(() => DocumentInput)
  document!: DocumentInput;
}

@ObjectType()
export class MergePartType {
  @Field(() => MergePartKind)
  kind!: MergePartKind;

  @Field(() => String, { nullable: true, description: 'What can be taken, as JSON' })
  block!: string | null;

  @Field(() => String, { nullable: true, description: 'What both sides began with' })
  base!: string | null;

  @Field(() => String, { nullable: true, description: 'Null in a conflict: the draft removed it' })
  yours!: string | null;

  @Field(() => String, { nullable: true, description: 'Null in a conflict: the newest version removed it' })
  theirs!: string | null;
}

@ObjectType({
  description: 'Somebody published meanwhile. The draft is as it was; choose, save it on the newest version, publish',
})
export class DraftConflict {
  @Field(() => ID)
  draftId!: string;

  @Field(() => Int)
  newestVersion!: number;

  @Field(() => String, { nullable: true, description: 'Blocks that both began with; null where they may not be read' })
  base!: string | null;

  @Field(() => String)
  theirs!: string;

  @Field(() => String)
  yours!: string;

  @Field(() => [MergePartType], { description: 'Both in one, block by block' })
  merge!: MergePartType[];

  @Field(() => String, { nullable: true, description: 'The merged blocks where nothing is in conflict' })
  merged!: string | null;
}

export const PublishResult = createUnionType({
  name: 'PublishResult',
  types: () => [FiledDocument, FileRefused, DraftConflict] as const,
});
