import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'The key to which other devices of the same person seal what they hand to this one' })
export class ParcelKey {
  @Field(() => ID)
  deviceId!: string;

  @Field(() => Uint8Array, { description: 'X-Wing' })
  kemKey!: Uint8Array;

  @Field(() => Uint8Array, { description: 'By the device, see libs/contracts' })
  signature!: Uint8Array;
}

@ObjectType({ description: 'Keys that one device of a person has sealed to another' })
export class KeyParcel {
  @Field(() => ID)
  fromDevice!: string;

  @Field(() => Uint8Array)
  payload!: Uint8Array;

  @Field(() => Uint8Array, { description: 'By the device that sealed it, see libs/contracts' })
  signature!: Uint8Array;
}

@InputType()
export class KeyParcelInput {
  @Field(() => ID, { description: 'Another device of the same person' })
  toDevice!: string;

  @Field(() => Uint8Array)
  payload!: Uint8Array;

  @Field(() => Uint8Array)
  signature!: Uint8Array;
}
