import { createHash } from 'node:crypto';

import { canonicalJson } from '#document';
import type { BlockDocument } from '#document';
import { canonicalLabel } from '#policy';
import type { Label } from '#policy';

/** Everything about a paper but its body, as one version has it. Absent is null, so that equal papers have equal JSON. */
export interface DocumentMetadata {
  readonly kind: string;
  readonly number: string | null;
  readonly title: string;
  readonly language: string;
  /** ISO 8601: year, month or day. */
  readonly date: string | null;
  readonly dateText: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly place: string | null;
  readonly topics: readonly string[];
  readonly countries: readonly string[];
  readonly handling: readonly string[];
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly persons: readonly PersonMention[];
  readonly footnotes: readonly { readonly id: string | null; readonly mark: string; readonly text: string }[];
}

export interface PersonMention {
  readonly id: string | null;
  readonly name: string;
  readonly role: string | null;
  readonly description: string | null;
}

/** Of which document a part is, and which field of that document's kind. */
export interface PartPlace {
  readonly of: string;
  readonly slot: string;
}

/** A paper that may be filed: checked, with its label. */
export interface Draft {
  readonly sourceId: string | null;
  readonly part: PartPlace | null;
  readonly label: Label;
  readonly metadata: DocumentMetadata;
  readonly body: string;
  /** Null: the body is a plain text. */
  readonly blocks: BlockDocument | null;
  readonly changeNote: string;
}

/** Metadata that comes back from the database has its keys in another order. */
function inOrder(metadata: DocumentMetadata): DocumentMetadata {
  const { kind, number, title, language, date, dateText, from, to, place, topics, countries, handling } = metadata;
  const { fields, persons, footnotes } = metadata;
  const lists = { topics, countries, handling, fields, persons, footnotes };
  return { kind, number, title, language, date, dateText, from, to, place, ...lists };
}

/** SHA-256 of what makes two filings the same: label, metadata, body and blocks. */
export function contentHash({ label, metadata, body, blocks }: Omit<Draft, 'part'>): Buffer {
  return createHash('sha256')
    .update(
      JSON.stringify([canonicalLabel(label), inOrder(metadata), body, ...(blocks ? [canonicalJson(blocks)] : [])]),
    )
    .digest();
}

/** SHA-256 of the body's UTF-8. */
export function bodyHash(body: string): Buffer {
  return createHash('sha256').update(body).digest();
}
