import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { LabelInput, LabelType, connectionOf } from '../../platform/graphql/index.js';

export enum DowngradeState {
  OPEN = 'OPEN',
  APPROVED = 'APPROVED',
  REFUSED = 'REFUSED',
  WITHDRAWN = 'WITHDRAWN',
  EXPIRED = 'EXPIRED',
}

registerEnumType(DowngradeState, { name: 'DowngradeState' });

@ObjectType({ description: 'A lower label that somebody asks for, for one version of a document' })
export class Downgrade {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  documentId!: string;

  @Field(() => Int)
  baseVersion!: number;

  @Field(() => LabelType)
  from!: LabelType;

  @Field(() => LabelType)
  to!: LabelType;

  @Field(() => String)
  reason!: string;

  @Field(() => DowngradeState)
  state!: DowngradeState;

  @Field(() => ID)
  requesterId!: string;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => Date)
  expiresAt!: Date;

  @Field(() => ID, { nullable: true })
  deciderId!: string | null;

  @Field(() => Date, { nullable: true })
  decidedAt!: Date | null;
}

@ObjectType()
export class DowngradeConnection extends connectionOf(Downgrade) {}

@InputType()
export class DowngradeInput {
  @Field(() => ID, { description: 'Made by the client; the same again changes nothing' })
  id!: string;

  @Field(() => ID)
  documentId!: string;

  @Field(() => Int, { description: 'The version that was read; CONFLICT where there is a newer one' })
  baseVersion!: number;

  @Field(() => LabelInput)
  label!: LabelInput;

  @Field(() => String, { description: 'For whoever decides, and for the record' })
  reason!: string;

  @Field(() => Date, { nullable: true, description: 'At most 30 days from now; by default 7' })
  expiresAt?: Date | null;
}

@ObjectType({ description: 'How many documents carry a label, among those that the caller may read' })
export class LabelUse {
  @Field(() => LabelType)
  label!: LabelType;

  @Field(() => Int)
  documents!: number;
}
