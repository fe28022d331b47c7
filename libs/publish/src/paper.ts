import type { BlockDocument, FootnoteText } from '#document';
import type { Label } from '#policy';

/** What a reader takes out: one version of a document, as this reader may read it. */
export interface Paper {
  readonly id: string;
  readonly title: string;
  /** Name of its kind, for instance `Note verbale`. */
  readonly kind: string;
  readonly number?: string;
  /** BCP 47. */
  readonly language: string;
  readonly label: Label;
  /** The label in words, as it stands on every page. */
  readonly marking: string;
  /** What it says of itself besides: date, from, to, topics … */
  readonly facts: readonly Fact[];
  readonly body: BlockDocument;
  readonly footnotes: readonly FootnoteText[];
  readonly version: number;
  /** ISO 8601 of the paper itself, as exact as it says. */
  readonly date?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Who has taken it out, and when: stands on every page. */
export interface Stamp {
  readonly exportId: string;
  readonly ministry: string;
  readonly person: string;
  readonly post: string;
  readonly at: Date;
}

/** What every format needs beside the paper. */
export interface Publication {
  readonly paper: Paper;
  readonly stamp: Stamp;
  /** What stands before a block with a label of its own, for instance `(S//CR)`. */
  readonly portionMark: (label: Label) => string;
}

/** To the minute, in UTC: `2026-11-22 01:40 UTC`. */
export const minuteOf = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** One line that names the reader: `Anna Weber, Embassy in Tashkent, 2026-11-22 01:40 UTC, export 0195…`. */
export function stampLine({ person, post, at, exportId }: Stamp): string {
  return [person, post, minuteOf(at), `export ${exportId}`].filter((part) => part !== '').join(', ');
}
