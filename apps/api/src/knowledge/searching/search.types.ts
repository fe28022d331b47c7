import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { LabelType } from '../../platform/graphql/index.js';
import { DocumentState } from '../documents/document.entity.js';
import { Document } from '../documents/documents.types.js';

export enum SearchMode {
  WORDS = 'WORDS',
  PHRASE = 'PHRASE',
}

registerEnumType(SearchMode, { name: 'SearchMode' });

export enum SearchOrder {
  RELEVANCE = 'RELEVANCE',
  NEWEST = 'NEWEST',
  OLDEST = 'OLDEST',
  TITLE = 'TITLE',
}

registerEnumType(SearchOrder, { name: 'SearchOrder' });

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
export class SearchHitPart {
  @Field(() => ID)
  documentId!: string;

  @Field(() => String)
  slot!: string;

  @Field(() => LabelType)
  label!: LabelType;
}

@ObjectType()
export class SearchHit {
  @Field(() => Document)
  document!: Document;

  @Field(() => Float)
  score!: number;

  @Field(() => SearchHitPart, {
    nullable: true,
    description: 'The separately labelled part that the passage is from; its label is that of the passage',
  })
  part!: SearchHitPart | null;

  /** Version that the passage is from. */
  versionId!: string;

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

  @Field(() => String, {
    nullable: true,
    description: 'The question as it was answered, where words of it stand in nothing that the caller may read',
  })
  didYouMean!: string | null;
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

  @Field(() => [DocumentState], { nullable: true })
  states?: DocumentState[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether to find what no longer holds, too' })
  expired?: boolean | null;

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

  @Field(() => SearchOrder, { nullable: true, defaultValue: SearchOrder.RELEVANCE })
  order?: SearchOrder | null;

  @Field(() => SearchFilter, { nullable: true })
  filter?: SearchFilter | null;

  @Field(() => Int, { nullable: true, defaultValue: 10 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => [String], { nullable: true, defaultValue: [] })
  facets?: string[] | null;
}
