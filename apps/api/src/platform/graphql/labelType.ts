import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';

import { marking } from '#policy';
import type { Label, SecurityPolicy } from '#policy';

@ObjectType('LabelCategory')
export class LabelCategoryType {
  @Field(() => ID)
  tag!: string;

  @Field(() => [ID])
  values!: readonly string[];
}

@ObjectType('Label')
export class LabelType {
  @Field(() => ID)
  policy!: string;

  @Field(() => ID)
  level!: string;

  @Field(() => [LabelCategoryType])
  categories!: readonly LabelCategoryType[];

  @Field(() => String, { description: 'What people read, for instance SECRET // EYES ONLY' })
  marking!: string;
}

@InputType()
export class LabelCategoryInput {
  @Field(() => ID)
  tag!: string;

  @Field(() => [ID])
  values!: string[];
}

@InputType()
export class LabelInput {
  @Field(() => ID)
  policy!: string;

  @Field(() => ID)
  level!: string;

  @Field(() => [LabelCategoryInput], { defaultValue: [] })
  categories!: LabelCategoryInput[];
}

/** A label as clients see it, with the marking of the policy in force. */
export function toLabelType(label: Label, policy: SecurityPolicy): LabelType {
  return { ...label, marking: marking(label, policy) };
}
