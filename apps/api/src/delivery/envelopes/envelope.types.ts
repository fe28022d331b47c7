import { Field, ID, InputType, Int, ObjectType, createUnionType, registerEnumType } from '@nestjs/graphql';

import { RefusalType } from '../../platform/graphql/index.js';

export enum EnvelopeKind {
  APPLICATION = 'APPLICATION',
  PROPOSAL = 'PROPOSAL',
  COMMIT = 'COMMIT',
}

registerEnumType(EnvelopeKind, { name: 'EnvelopeKind' });

@ObjectType('Envelope')
export class EnvelopeType {
  @Field(() => ID)
  groupId!: string;

  @Field(() => Int)
  seq!: number;

  @Field(() => EnvelopeKind)
  kind!: EnvelopeKind;

  @Field(() => Int)
  epoch!: number;

  @Field(() => Uint8Array)
  payload!: Uint8Array;

  @Field(() => Date)
  acceptedAt!: Date;
}

@ObjectType()
export class EnvelopePage {
  @Field(() => [EnvelopeType])
  envelopes!: EnvelopeType[];

  @Field(() => Int)
  lastSeq!: number;
}

@InputType()
export class EnvelopeInput {
  @Field(() => ID)
  groupId!: string;

  @Field(() => Uint8Array, { description: 'MLSMessage holding a PrivateMessage, or a PublicMessage with a proposal' })
  payload!: Uint8Array;

  @Field(() => Uint8Array, { description: '16 random bytes; a retry with the same key returns the same place' })
  idempotencyKey!: Uint8Array;

  @Field(() => [ID], {
    nullable: true,
    description: 'Attachments that the message names: they are kept as long as it is',
  })
  attachments?: string[] | null;
}

@ObjectType()
export class EnvelopeAccepted {
  @Field(() => ID)
  readonly groupId: string;

  @Field(() => Int)
  readonly seq: number;

  @Field(() => Date)
  readonly acceptedAt: Date;

  constructor(groupId: string, seq: number, acceptedAt: Date) {
    this.groupId = groupId;
    this.seq = seq;
    this.acceptedAt = acceptedAt;
  }
}

export const SendResult = createUnionType({
  name: 'SendResult',
  types: () => [EnvelopeAccepted, RefusalType] as const,
});
