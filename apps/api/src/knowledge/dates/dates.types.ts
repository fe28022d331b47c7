import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';

import { LabelInput, LabelType } from '../../platform/graphql/index.js';

@ObjectType({
  description: 'Days, as yyyy-mm-dd, on which something happens to a document; each begins at midnight UTC',
})
export class DocumentDates {
  @Field(() => String, { nullable: true, description: 'When its owner looks at it again' })
  reviewOn!: string | null;

  @Field(() => String, { nullable: true, description: 'From when on it no longer holds; it stays readable' })
  expiresOn!: string | null;

  @Field(() => Boolean)
  isExpired!: boolean;

  @Field(() => String, { nullable: true, description: "When its label becomes the successor's" })
  declassifyOn!: string | null;

  @Field(() => LabelType, { nullable: true })
  successor!: LabelType | null;
}

@InputType({ description: 'All dates of a document; what is left out is taken away' })
export class DocumentDatesInput {
  @Field(() => ID)
  documentId!: string;

  @Field(() => String, { nullable: true })
  reviewOn?: string | null;

  @Field(() => String, { nullable: true })
  expiresOn?: string | null;

  @Field(() => String, { nullable: true, description: 'At least 30 days ahead; by who manages the collection' })
  declassifyOn?: string | null;

  @Field(() => LabelInput, { nullable: true, description: 'The label that it has from then on' })
  successor?: LabelInput | null;
}
