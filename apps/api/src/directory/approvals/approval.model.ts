import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf } from '../../platform/graphql/index.js';

export enum ApprovalState {
  OPEN = 'OPEN',
  APPROVED = 'APPROVED',
  REFUSED = 'REFUSED',
  WITHDRAWN = 'WITHDRAWN',
  EXPIRED = 'EXPIRED',
}

registerEnumType(ApprovalState, { name: 'ApprovalState' });

@ObjectType({ description: 'An act that one officer has signed and that waits for a second one.' })
export class Approval {
  @Field(() => ID)
  id!: string;

  @Field(() => [Uint8Array], {
    description: 'Statements with the signature of the proposer, to be signed a second time',
  })
  statements!: Uint8Array[];

  @Field(() => String, {
    nullable: true,
    description: 'Canonical text of the security policy that the act puts in force; its hash stands in the statement',
  })
  policy!: string | null;

  @Field(() => ApprovalState)
  state!: ApprovalState;

  @Field(() => ID)
  proposerId!: string;

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
export class ApprovalConnection extends connectionOf(Approval) {}

@InputType()
export class ProposeActInput {
  @Field(() => ID, { description: 'Made by the client; the same again changes nothing' })
  id!: string;

  @Field(() => [Uint8Array], { description: 'Statements that need two people, each with the first signature' })
  statements!: Uint8Array[];

  @Field(() => String, {
    nullable: true,
    description: 'Canonical text of the security policy, for a statement that puts one in force; it stands alone',
  })
  policy?: string | null;

  @Field(() => Date, { nullable: true, description: 'At most, and by default, 24 hours from now' })
  expiresAt?: Date | null;
}
