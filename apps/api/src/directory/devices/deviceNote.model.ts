import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'What the server notes of a device beside its statement' })
export class DeviceNote {
  @Field(() => ID)
  deviceId!: string;

  @Field(() => Date, { nullable: true, description: 'The hour in which it last opened a session' })
  seenAt!: Date | null;

  @Field(() => String, { nullable: true })
  name!: string | null;

  @Field(() => Date, { nullable: true })
  namedAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'The device that signed the name' })
  namedBy!: string | null;

  @Field(() => Uint8Array, { nullable: true })
  signature!: Uint8Array | null;
}

@InputType()
export class NameDeviceInput {
  @Field(() => ID)
  deviceId!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Date)
  at!: Date;

  @Field(() => Uint8Array, { description: "By the caller's device, over the canonical name, see libs/contracts" })
  signature!: Uint8Array;
}
