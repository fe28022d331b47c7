import type { Label } from '#policy';

import type { Reason } from './reasons.js';

/** A person of a paper; `id` is the reference into the source's own list of persons, where it has one. */
export interface PersonMention {
  readonly id?: string;
  readonly name: string;
  readonly role: 'from' | 'to' | 'mentioned';
  readonly description?: string;
}

export interface Footnote {
  readonly id: string;
  readonly mark: string;
  readonly text: string;
}

/** An abbreviation or term with its meaning, from the source's own list. */
export interface Term {
  readonly id: string;
  readonly term: string;
  readonly meaning: string;
}

/** A paper enclosed in another; its text is blocks between blank lines. */
export interface Attachment {
  readonly title: string;
  readonly dateText?: string;
  readonly body: string;
}

export interface Field {
  readonly name: string;
  readonly value: string;
}

/** A paper as read from a file, before it is filed. Absent means: the file does not say. */
export interface PaperDraft {
  /** Stable name of the paper at its source, for instance `frus1964-68v20#d123`. */
  readonly sourceId: string;
  /** Id of the kind of document, for instance `cable`. */
  readonly kind: string;
  /** The kind in the words of the source, for instance `Information Memorandum`. */
  readonly kindWord?: string;
  readonly number?: string;
  readonly title: string;
  /** ISO 639-1; `und` where it could not be told. */
  readonly language: string;
  /** ISO 8601 as exact as the source: YYYY-MM-DD, YYYY-MM or YYYY. */
  readonly date?: string;
  /** The last day of a span of days. */
  readonly dateEnd?: string;
  /** Date and time as the source encodes them, where it gives a time. */
  readonly dateTime?: string;
  /** The date in the words of the source; `undated` where it has none. */
  readonly dateText: string;
  readonly from?: string;
  readonly to?: string;
  readonly place?: string;
  /** The classification in the words of the source, for instance `No classification marking`. */
  readonly classification?: string;
  /** The precedence in the words of the source, for instance `Niact Immediate`. */
  readonly precedence?: string;
  /** Handling words in the words of the source, in its order. */
  readonly handling: readonly string[];
  /** What classification and handling words mean in the policy; absent where the source has no classification. */
  readonly label?: Label;
  readonly sourceNote?: string;
  readonly summary?: string;
  readonly topics: readonly string[];
  /** ISO 3166 codes. */
  readonly countries: readonly string[];
  /** What has no place of its own, for instance subject, tags, participants. */
  readonly fields: readonly Field[];
  readonly persons: readonly PersonMention[];
  readonly terms: readonly Term[];
  readonly footnotes: readonly Footnote[];
  readonly attachments: readonly Attachment[];
  /** Plain text, blocks between blank lines, without head, footnotes and attachments. */
  readonly body: string;
}

/** What could not be read, and why; `documentId` is the source id, or the file's where there is no document. */
export interface Problem extends Reason {
  readonly documentId: string;
}

export interface ReadPaper {
  readonly paper: PaperDraft;
  readonly problems: readonly Problem[];
}

/** Leaves out the keys whose value is undefined or empty text, as exact optional properties ask for. */
export function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
