import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('Stand', {
  description:
    "A device's signed word where it stood in a group's order at a time: by it others know that nothing is kept back from them.",
})
export class StandType {
  @Field(() => ID)
  groupId!: string;

  @Field(() => ID)
  deviceId!: string;

  @Field(() => Int, { description: 'The newest place, when the server had nothing after it' })
  seq!: number;

  @Field(() => Uint8Array, { description: "Hash of the group's log up to this place" })
  head!: Uint8Array;

  @Field(() => Date, { description: "By the device's clock" })
  at!: Date;

  @Field(() => Uint8Array)
  signature!: Uint8Array;
}

@InputType()
export class StandInput {
  @Field(() => ID)
  groupId!: string;

  @Field(() => Int)
  seq!: number;

  @Field(() => Uint8Array)
  head!: Uint8Array;

  @Field(() => Date)
  at!: Date;

  @Field(() => Uint8Array)
  signature!: Uint8Array;
}
