import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum PairingState {
  /** The code waits to be entered. */
  OPEN = 'OPEN',
  CLAIMED = 'CLAIMED',
  ANSWERED = 'ANSWERED',
  REVEALED = 'REVEALED',
  /** The new device is in the directory; what it needs waits for it. */
  APPROVED = 'APPROVED',
  INSTALLED = 'INSTALLED',
  REFUSED = 'REFUSED',
}

registerEnumType(PairingState, { name: 'PairingState' });

@ObjectType({ description: 'What a new device gets when it begins' })
export class PairingTicket {
  @Field(() => String, { description: 'Eight Crockford characters for the person' })
  code!: string;

  @Field(() => Uint8Array, { description: 'For this device alone: it opens its half' })
  token!: Uint8Array;

  @Field(() => Date)
  expiresAt!: Date;
}

@ObjectType({ description: "The new device's half" })
export class PairingProgress {
  @Field(() => PairingState)
  state!: PairingState;

  @Field(() => Uint8Array, { nullable: true })
  answer!: Uint8Array | null;

  @Field(() => Uint8Array, { nullable: true, description: "Sealed to the new device's key" })
  sealed!: Uint8Array | null;
}

@ObjectType({ description: 'The half of the device that approves' })
export class PairingOffer {
  @Field(() => ID)
  id!: string;

  @Field(() => PairingState)
  state!: PairingState;

  @Field(() => Uint8Array)
  commitment!: Uint8Array;

  @Field(() => Uint8Array, { nullable: true })
  offer!: Uint8Array | null;

  @Field(() => Uint8Array, { nullable: true })
  nonce!: Uint8Array | null;

  @Field(() => Date)
  expiresAt!: Date;
}

@InputType()
export class ApprovePairingInput {
  @Field(() => ID)
  id!: string;

  @Field(() => Uint8Array, { description: 'The statement addDevice, by the identity key' })
  addDevice!: Uint8Array;

  @Field(() => Uint8Array)
  sealed!: Uint8Array;
}
