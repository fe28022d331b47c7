import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum BlockChangeKind {
  UNCHANGED = 'UNCHANGED',
  CHANGED = 'CHANGED',
  ADDED = 'ADDED',
  REMOVED = 'REMOVED',
}

export enum WordChangeKind {
  SAME = 'SAME',
  ADDED = 'ADDED',
  REMOVED = 'REMOVED',
}

registerEnumType(BlockChangeKind, { name: 'BlockChangeKind' });
registerEnumType(WordChangeKind, { name: 'WordChangeKind' });

@ObjectType('WordChange')
export class WordChangeType {
  @Field(() => WordChangeKind)
  kind!: WordChangeKind;

  @Field(() => String)
  text!: string;
}

@ObjectType('BlockChange')
export class BlockChangeType {
  @Field(() => BlockChangeKind)
  kind!: BlockChangeKind;

  @Field(() => Boolean, { description: 'It stands elsewhere among the blocks that stayed' })
  moved!: boolean;

  @Field(() => String, { nullable: true, description: 'The block as JSON, in the first version' })
  before!: string | null;

  @Field(() => String, { nullable: true, description: 'The block as JSON, in the second version' })
  after!: string | null;

  @Field(() => [WordChangeType], { description: 'How the text of a changed block changed' })
  words!: WordChangeType[];
}

/** A kind of paper, as data. */
@ObjectType('DocumentKind')
export class DocumentKindType {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => [String], { description: 'Fields that papers of this kind usually have' })
  fields!: string[];

  @Field(() => [String], { description: 'Those of the fields that are parts with labels of their own' })
  parts!: string[];

  @Field(() => String, { description: 'What a new paper begins with, as a block document in JSON' })
  template!: string;

  @Field(() => Int, { description: 'How many reviewers have to approve a version; 0: papers are filed without' })
  approvals!: number;
}
