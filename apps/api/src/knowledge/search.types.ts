import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { Document } from './documents.types.js';

export enum SearchMode {
  WORDS = 'WORDS',
  PHRASE = 'PHRASE',
}

registerEnumType(SearchMode, { name: 'SearchMode' });

@ObjectType()
export class FacetValue {
  @Field(() => String)
  value!: string;

  @Field(() => Int)
  count!: number;
}

@ObjectType()
export class Facet {
  @Field(() => String)
  field!: string;

  @Field(() => [FacetValue])
  values!: FacetValue[];
}

@ObjectType()
export class SearchHit {
  @Field(() => Document)
  document!: Document;

  @Field(() => Float)
  score!: number;

  /** Makes the passage from the body, when it is asked for. */
  passageOf!: (body: string) => string;
}

@ObjectType()
export class SearchResult {
  @Field(() => [SearchHit])
  hits!: SearchHit[];

  @Field(() => Int)
  total!: number;

  @Field(() => Boolean, { description: 'Whether total is exact' })
  totalIsExact!: boolean;

  @Field(() => [Facet])
  facets!: Facet[];

  @Field(() => String, { nullable: true })
  endCursor!: string | null;

  @Field(() => String)
  engine!: string;
}

@InputType()
export class SearchFilter {
  @Field(() => [ID], { nullable: true })
  kinds?: string[] | null;

  @Field(() => [String], { nullable: true })
  languages?: string[] | null;

  @Field(() => [String], { nullable: true })
  levels?: string[] | null;

  @Field(() => [String], { nullable: true })
  countries?: string[] | null;

  @Field(() => [String], { nullable: true })
  topics?: string[] | null;

  @Field(() => [String], { nullable: true })
  collectionIds?: string[] | null;

  @Field(() => String, { nullable: true })
  from?: string | null;

  @Field(() => String, { nullable: true })
  to?: string | null;

  @Field(() => String, { nullable: true })
  dateFrom?: string | null;

  @Field(() => String, { nullable: true })
  dateTo?: string | null;
}

@InputType()
export class SearchInput {
  @Field(() => String)
  query!: string;

  @Field(() => SearchMode, { nullable: true, defaultValue: SearchMode.WORDS })
  mode?: SearchMode | null;

  @Field(() => SearchFilter, { nullable: true })
  filter?: SearchFilter | null;

  @Field(() => Int, { nullable: true, defaultValue: 10 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => [String], { nullable: true, defaultValue: [] })
  facets?: string[] | null;
}
