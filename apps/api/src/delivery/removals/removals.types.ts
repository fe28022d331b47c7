import { Field, ID, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'How many conversations a device is in, and has been in' })
export class DeviceReach {
  @Field(() => ID)
  deviceId!: string;

  @Field(() => Int, { description: 'Conversations that it is a member of' })
  present!: number;

  @Field(() => Int, { description: 'Conversations that it was removed from, or has left' })
  left!: number;
}

@ObjectType({ description: 'What the revocation of devices touches, or has still to touch' })
export class Reach {
  @Field(() => Int, { description: 'Conversations with at least one of the devices' })
  conversations!: number;

  @Field(() => Int, { description: 'Other devices in these conversations' })
  others!: number;

  @Field(() => [DeviceReach])
  devices!: DeviceReach[];
}
