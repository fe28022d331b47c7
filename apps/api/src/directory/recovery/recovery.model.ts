import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf } from '../../platform/graphql/index.js';

export enum RecoveryState {
  WAITING = 'WAITING',
  APPROVED = 'APPROVED',
  REFUSED = 'REFUSED',
  /** The new device is in the directory. */
  DONE = 'DONE',
}

registerEnumType(RecoveryState, { name: 'RecoveryState' });

@InputType()
export class RecoveryInput {
  @Field(() => Uint8Array, { description: 'Shows that the caller holds the code; opens nothing' })
  locator!: Uint8Array;

  @Field(() => Uint8Array, { description: '32 random bytes, by which this device asks on' })
  token!: Uint8Array;

  @Field(() => ID)
  deviceId!: string;

  @Field(() => String)
  deviceName!: string;

  @Field(() => Uint8Array)
  signatureKey!: Uint8Array;
}

@ObjectType({ description: 'What the device that recovers may know' })
export class RecoveryProgress {
  @Field(() => ID)
  id!: string;

  @Field(() => RecoveryState)
  state!: RecoveryState;

  @Field(() => Date)
  expiresAt!: Date;

  @Field(() => Uint8Array, { nullable: true, description: 'After the approval' })
  bundle!: Uint8Array | null;
}

@ObjectType()
export class RecoveryRequest {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  deviceId!: string;

  @Field(() => String)
  deviceName!: string;

  @Field(() => Uint8Array)
  signatureKey!: Uint8Array;

  @Field(() => RecoveryState)
  state!: RecoveryState;

  @Field(() => Date)
  requestedAt!: Date;

  @Field(() => Date)
  expiresAt!: Date;

  @Field(() => ID)
  personId!: string;
}

@ObjectType()
export class RecoveryRequestConnection extends connectionOf(RecoveryRequest) {}

@InputType()
export class ApproveRecoveryInput {
  @Field(() => ID)
  id!: string;

  @Field(() => Date)
  at!: Date;

  @Field(() => Uint8Array, { description: "By the officer's device, over the canonical approval, see libs/contracts" })
  signature!: Uint8Array;
}
