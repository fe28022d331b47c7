import { Field, ID, ObjectType } from '@nestjs/graphql';

import { LabelCategoryType, connectionOf } from '../../platform/graphql/index.js';

@ObjectType()
export class Device {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => ID)
  personId!: string;

  @Field(() => Uint8Array)
  signatureKey!: Uint8Array;

  @Field(() => Date)
  addedAt!: Date;

  @Field(() => Date, { nullable: true })
  revokedAt!: Date | null;
}

@ObjectType()
export class Clearance {
  @Field(() => ID)
  level!: string;

  @Field(() => [LabelCategoryType])
  categories!: LabelCategoryType[];

  @Field(() => Date, { nullable: true })
  until!: Date | null;
}

@ObjectType()
export class Person {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Uint8Array)
  identityKey!: Uint8Array;

  @Field(() => Date, { nullable: true })
  revokedAt!: Date | null;

  /** Resolved as the field `post`. */
  postId!: string;
}

@ObjectType()
export class PersonConnection extends connectionOf(Person) {}

/** Who asks; the fields person, device and clearance are resolved. */
@ObjectType()
export class Me {
  @Field(() => [ID])
  permissions!: string[];

  @Field(() => Date)
  sessionExpiresAt!: Date;

  personId!: string;
  deviceId!: string;
}
