import { Field, ID, Int, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class KeyPackageStock {
  @Field(() => Int)
  available!: number;

  @Field(() => Boolean)
  hasLastResort!: boolean;
}

@ObjectType()
export class ClaimedKeyPackage {
  @Field(() => ID)
  deviceId!: string;

  @Field(() => Uint8Array)
  keyPackage!: Uint8Array;
}
