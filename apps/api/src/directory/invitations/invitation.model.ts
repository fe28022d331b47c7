import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';

import { Role } from '../../access/index.js';
import { connectionOf } from '../../platform/graphql/index.js';

export enum InvitationState {
  OPEN = 'OPEN',
  CLAIMED = 'CLAIMED',
  COMPLETED = 'COMPLETED',
  EXPIRED = 'EXPIRED',
  WITHDRAWN = 'WITHDRAWN',
}

registerEnumType(InvitationState, { name: 'InvitationState' });

@ObjectType({
  description:
    'What the holder of the link sent: keys, and a MAC under a secret of the link that the server never saw.',
})
export class InvitationClaim {
  @Field(() => Uint8Array)
  identityKey!: Uint8Array;

  @Field(() => Uint8Array)
  addDevice!: Uint8Array;

  @Field(() => Uint8Array)
  proof!: Uint8Array;

  @Field(() => Date)
  claimedAt!: Date;
}

@ObjectType()
export class Invitation {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  personId!: string;

  @Field(() => String)
  personName!: string;

  @Field(() => InvitationState)
  state!: InvitationState;

  @Field(() => Date)
  expiresAt!: Date;

  @Field(() => InvitationClaim, { nullable: true })
  claim!: InvitationClaim | null;

  /** Resolved as the field `post`. */
  postId!: string;
}

@ObjectType()
export class InvitationConnection extends connectionOf(Invitation) {}

@ObjectType({ description: 'What the holder of a link may know.' })
export class InvitationView {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  ministryName!: string;

  @Field(() => String)
  rootFingerprint!: string;

  @Field(() => ID)
  personId!: string;

  @Field(() => String)
  personName!: string;

  @Field(() => InvitationState)
  state!: InvitationState;

  @Field(() => Date)
  expiresAt!: Date;

  /** Resolved as the field `post`. */
  postId!: string;
}

@InputType()
export class CreateInvitationInput {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  personId!: string;

  @Field(() => String)
  personName!: string;

  @Field(() => ID)
  postId!: string;

  @Field(() => Uint8Array, { description: 'SHA-256 of the claim token' })
  tokenHash!: Uint8Array;

  @Field(() => Date)
  expiresAt!: Date;

  @Field(() => [Role])
  roles!: Role[];
}

@InputType()
export class ClaimInvitationInput {
  @Field(() => Uint8Array)
  claimToken!: Uint8Array;

  @Field(() => Uint8Array)
  identityKey!: Uint8Array;

  @Field(() => Uint8Array)
  addDevice!: Uint8Array;

  @Field(() => Uint8Array)
  proof!: Uint8Array;
}
