import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum ReceiptKind {
  DELIVERED = 'DELIVERED',
  READ = 'READ',
}

registerEnumType(ReceiptKind, { name: 'ReceiptKind' });

@ObjectType('Receipt', {
  description: "A signed cursor: this device has received or read everything up to a place in the group's order.",
})
export class ReceiptType {
  @Field(() => ID)
  groupId!: string;

  @Field(() => ID)
  deviceId!: string;

  @Field(() => ReceiptKind)
  kind!: ReceiptKind;

  @Field(() => Int)
  upTo!: number;

  @Field(() => Uint8Array)
  signature!: Uint8Array;

  @Field(() => Date)
  at!: Date;
}

@InputType()
export class ReceiptInput {
  @Field(() => ID)
  groupId!: string;

  @Field(() => ReceiptKind)
  kind!: ReceiptKind;

  @Field(() => Int)
  upTo!: number;

  @Field(() => Uint8Array)
  signature!: Uint8Array;
}
