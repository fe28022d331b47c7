import { Field, ObjectType } from '@nestjs/graphql';

import type { Refusal } from '../refusal.js';

/** A refusal as part of a result, where others of the same request may have succeeded. */
@ObjectType('Refusal')
export class RefusalType {
  @Field(() => String)
  readonly code: string;

  @Field(() => String)
  readonly message: string;

  @Field(() => String, { nullable: true })
  readonly field: string | null;

  @Field(() => String, { nullable: true })
  readonly remedy: string | null;

  constructor(refusal: Refusal) {
    this.code = refusal.code;
    this.message = refusal.message;
    this.field = refusal.field ?? null;
    this.remedy = refusal.remedy;
  }
}
