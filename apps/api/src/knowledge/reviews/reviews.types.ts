import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { DateTime, connectionOf } from '../../platform/graphql/index.js';

export enum ReviewState {
  OPEN = 'OPEN',
  APPROVED = 'APPROVED',
  CHANGES_REQUESTED = 'CHANGES_REQUESTED',
  WITHDRAWN = 'WITHDRAWN',
}

export enum ReviewAnswer {
  APPROVED = 'APPROVED',
  CHANGES_REQUESTED = 'CHANGES_REQUESTED',
}

registerEnumType(ReviewState, { name: 'ReviewState' });
registerEnumType(ReviewAnswer, { name: 'ReviewAnswer' });

@ObjectType()
export class Reviewer {
  @Field(() => ID)
  personId!: string;

  @Field(() => DateTime, { nullable: true })
  dueAt!: Date | null;

  @Field(() => ReviewAnswer, { nullable: true })
  answer!: ReviewAnswer | null;

  @Field(() => String)
  note!: string;

  @Field(() => DateTime, { nullable: true })
  answeredAt!: Date | null;
}

@ObjectType({ description: 'One version that people were asked to judge' })
export class Review {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  documentId!: string;

  @Field(() => Int)
  version!: number;

  @Field(() => ID)
  requesterId!: string;

  @Field(() => String)
  note!: string;

  @Field(() => ReviewState)
  state!: ReviewState;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  closedAt!: Date | null;

  @Field(() => [Reviewer])
  reviewers!: Reviewer[];
}

@ObjectType()
export class ReviewConnection extends connectionOf(Review) {}

@InputType()
export class ReviewerInput {
  @Field(() => ID)
  personId!: string;

  @Field(() => DateTime, { nullable: true })
  dueAt?: Date | null;
}

@InputType()
export class ReviewInput {
  @Field(() => ID)
  documentId!: string;

  @Field(() => Int, { description: 'The newest version' })
  version!: number;

  @Field(() => [ReviewerInput])
  reviewers!: ReviewerInput[];

  @Field(() => String, { nullable: true, defaultValue: '' })
  note?: string | null;
}
