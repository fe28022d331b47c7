import { Field, ID, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'KeyPackages of one cipher suite' })
export class SuiteStock {
  @Field(() => Int)
  suite!: number;

  @Field(() => Int)
  available!: number;

  @Field(() => Boolean)
  hasLastResort!: boolean;
}

@ObjectType({ description: 'KeyPackages of all cipher suites together, and of each that there are any of' })
export class KeyPackageStock {
  @Field(() => Int)
  available!: number;

  @Field(() => Boolean)
  hasLastResort!: boolean;

  @Field(() => [SuiteStock])
  suites!: SuiteStock[];
}

@ObjectType()
export class ClaimedKeyPackage {
  @Field(() => ID)
  deviceId!: string;

  @Field(() => Uint8Array)
  keyPackage!: Uint8Array;
}
