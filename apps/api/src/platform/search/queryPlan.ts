import type { Population } from './statistics.js';
import type { Period } from './timeliness.js';
import type { Narrowing } from './types.js';

/** What a person asks for, taken apart; the words still as typed. */
export interface SearchRequest {
  /** Words any of which may stand in a paper. */
  readonly words: string;
  /** Wordings each of which has to stand in it. */
  readonly phrases: readonly PhraseRequest[];
  /** Words or wordings none of which may. */
  readonly excluded: readonly string[];
  readonly narrowing: Narrowing;
  readonly order: Order;
}

/** How what was found is put in order: the best, the newest or the oldest first, or by title. Undated papers come last. */
export type Order = 'relevance' | 'newest' | 'oldest' | 'title';

export interface PhraseRequest {
  readonly text: string;
  /** Index in `FIELDS` where it has to stand; absent: anywhere. */
  readonly field?: number;
}

/** A term that counts as the word; a correction of a typing error counts less than the word itself. */
export interface Variant {
  readonly termId: number;
  readonly factor: number;
}

/** One word of the question in one language. */
export interface QueryWord {
  readonly variants: readonly Variant[];
  /** Inverse document frequency among what the reader may read, over all languages of the word. */
  readonly idf: number;
  /** What finding it is worth: the idf, and more for a word that comes often where it comes (see `worthOf`). */
  readonly worth: number;
}

/** Terms with their distance from the first. */
export interface Phrase {
  readonly terms: readonly { readonly termId: number; readonly offset: number }[];
  readonly field?: number;
}

/** The question in one language: papers are asked in the language that they were indexed in. */
export interface LanguageQuery {
  readonly language: string;
  /** In the order of the question; repeated as often as it says them. */
  readonly words: readonly QueryWord[];
  readonly phrases: readonly Phrase[];
  readonly excluded: readonly Phrase[];
  /** A wording has to be there, but one of its words stands in no paper of this language. */
  readonly impossible: boolean;
  /** Texts of the terms that are marked in passages. */
  readonly shownTerms: readonly string[];
}

/** A word that stands nowhere, and what it may have meant. */
export interface Correction {
  /** As it was typed. */
  readonly surface: string;
  /** The nearest first. */
  readonly meant: readonly { readonly termId: number; readonly term: string; readonly language: string }[];
}

/** A question that is ready to be asked. */
export interface QueryPlan {
  readonly byLanguage: ReadonlyMap<string, LanguageQuery>;
  readonly corrections: readonly Correction[];
  /** Nothing was asked for but narrowing: the newest papers are the answer. */
  readonly browses: boolean;
  readonly narrowing: Narrowing;
  readonly order: Order;
  /** Times that the question names: papers of these times answer better. */
  readonly periods: readonly Period[];
  /** What the reader may read, in numbers. */
  readonly population: Population;
}
