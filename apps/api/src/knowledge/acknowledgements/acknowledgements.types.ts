import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';

import { DateTime, connectionOf } from '../../platform/graphql/index.js';
import type { Reader } from '../reading.service.js';

@ObjectType({ description: 'Somebody who was asked; nothing here tells whether they may read the document' })
export class Acknowledgement {
  @Field(() => ID)
  personId!: string;

  @Field(() => Int, { nullable: true, description: 'The newest version that they have acknowledged' })
  version!: number | null;

  @Field(() => DateTime, { nullable: true })
  acknowledgedAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether that is what was asked for' })
  isDone!: boolean;
}

@ObjectType({ isAbstract: true })
abstract class AskedAcknowledgement {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  documentId!: string;

  @Field(() => Int, { description: 'The version that is to be acknowledged' })
  version!: number;

  @Field(() => Boolean, { description: 'Whether every later version is to be acknowledged anew' })
  everyVersion!: boolean;

  @Field(() => ID)
  requesterId!: string;

  @Field(() => String)
  note!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  dueAt!: Date | null;
}

@ObjectType({ description: 'People who were asked to say that they have read a document' })
export class AcknowledgementList extends AskedAcknowledgement {
  @Field(() => DateTime, { nullable: true })
  closedAt!: Date | null;

  @Field(() => [Acknowledgement])
  people!: Acknowledgement[];
}

@ObjectType()
export class AcknowledgementListConnection extends connectionOf(AcknowledgementList) {}

@ObjectType({ description: 'A document that one was asked to read' })
export class ReadingDuty extends AskedAcknowledgement {
  @Field(() => Int, { nullable: true })
  acknowledgedVersion!: number | null;

  @Field(() => DateTime, { nullable: true })
  acknowledgedAt!: Date | null;

  @Field(() => Boolean)
  isDone!: boolean;

  /** Who asked, for the fields that are resolved later. */
  reader!: Reader;
}

@ObjectType()
export class ReadingDutyConnection extends connectionOf(ReadingDuty) {}

@InputType()
export class AcknowledgementInput {
  @Field(() => ID, { description: 'Made by the client: the same request again makes no second list' })
  id!: string;

  @Field(() => ID)
  documentId!: string;

  @Field(() => [ID], { nullable: true, defaultValue: [] })
  personIds?: string[] | null;

  @Field(() => [ID], { nullable: true, defaultValue: [], description: 'Whoever is in these posts at this moment' })
  postIds?: string[] | null;

  @Field(() => DateTime, { nullable: true })
  dueAt?: Date | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  everyVersion?: boolean | null;

  @Field(() => String, { nullable: true, defaultValue: '' })
  note?: string | null;
}
