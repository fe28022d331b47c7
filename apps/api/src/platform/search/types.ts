import type { FieldName } from './fields.js';
import type { Generation } from './indexState.js';

/** What facets and filters read of a paper. */
export interface Properties {
  readonly kind: string;
  readonly level: string;
  /** Primary language, ISO 639-1 where there is one; '' when unknown. */
  readonly language: string;
  /** ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
  readonly topics: readonly string[];
  /** Where the newest version stands on its way to approval, for instance `APPROVED`. */
  readonly state: string;
  /** First and last day that the paper's date can mean, as the number yyyymmdd; absent when undated. */
  readonly firstDay?: number;
  readonly lastDay?: number;
}

/** One paper as it goes into the index. */
export interface IndexableDocument extends Properties {
  readonly documentId: string;
  readonly version: number;
  readonly labelId: number;
  readonly collectionId: string;
  /** The collection and all above it, the root first. */
  readonly scopes: readonly string[];
  readonly from: string;
  readonly to: string;
  /** What is offered while somebody types, beside the title and its words. */
  readonly offers: { readonly persons: readonly string[]; readonly topics: readonly string[] };
  readonly text: Readonly<Partial<Record<FieldName, string>>>;
}

/** A paper with its numbers: what an engine takes in. */
export interface IndexedEntry extends Properties {
  readonly no: number;
  readonly documentId: string;
  readonly labelId: number;
  readonly partitionId: number;
  readonly scopes: readonly string[];
  readonly fromTerms: readonly string[];
  readonly toTerms: readonly string[];
  /** Weighted length, see fields.ts. */
  readonly length: number;
  /** Every term once, with its weighted frequency; the weightiest first. */
  readonly terms: readonly { readonly id: number; readonly weight: number }[];
}

/** An entry that the index no longer has, or has in another form. */
export interface RemovedEntry {
  readonly no: number;
  readonly documentId: string;
  readonly termIds: readonly number[];
}

/** One step of the index: what is new, and what it takes the place of. */
export interface IndexBatch {
  readonly generation: Generation;
  readonly added: readonly IndexedEntry[];
  readonly removed: readonly RemovedEntry[];
  /** Documents that the engine may not have any more, known to it or not. */
  readonly gone: readonly string[];
}

/** Narrows a search; a list means "any of these", an absent field means "no matter". */
export interface Narrowing {
  readonly kinds?: readonly string[];
  readonly languages?: readonly string[];
  readonly levels?: readonly string[];
  readonly countries?: readonly string[];
  readonly topics?: readonly string[];
  readonly states?: readonly string[];
  readonly collectionIds?: readonly string[];
  /** A few hundred at most. */
  readonly documentIds?: readonly string[];
  /** All of these terms stand in the sender, or the addressee. */
  readonly fromTerms?: readonly string[];
  readonly toTerms?: readonly string[];
  /** Days as yyyymmdd, both inclusive. */
  readonly firstDay?: number;
  readonly lastDay?: number;
  /** The same fields, none of whose values a paper may have. */
  readonly not?: Omit<Narrowing, 'not'>;
}

/** A term to look for and what finding it is worth. */
export interface WeightedTerm {
  readonly id: number;
  readonly idf: number;
}

export interface CandidateQuery {
  readonly generation: Generation;
  /** Partitions of the index that the reader may read. */
  readonly partitionIds: readonly number[];
  /** Any of these, the rarest first. Without terms the newest papers are asked for, or the oldest. */
  readonly terms: readonly WeightedTerm[];
  /** A paper has to hold every term of one of these lists; no list asks for nothing. */
  readonly required: readonly (readonly number[])[];
  /** A paper with one of these is left out. */
  readonly excluded: readonly number[];
  /** Mean weighted length of the papers that the reader may read. */
  readonly meanLength: number;
  readonly narrowing: Narrowing;
  readonly oldestFirst: boolean;
}

export interface Candidates {
  /** Each document once, in no order that means anything. */
  readonly documentIds: readonly string[];
  /** Whether these are all documents that fit the query. */
  readonly complete: boolean;
}

/** What an engine has to have of an entry. */
export interface KnownEntry {
  readonly no: number;
  readonly documentId: string;
  readonly termIds: Int32Array;
}

/** Documents by id. */
export interface Differences {
  readonly missing: readonly string[];
  readonly excess: readonly string[];
}
