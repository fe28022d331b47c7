import { createHash } from 'node:crypto';

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

/** A paper that may be filed: checked, with its label. */
export interface Draft {
  readonly sourceId: string | null;
  readonly label: Label;
  readonly metadata: DocumentMetadata;
  readonly body: string;
  readonly changeNote: string;
}

/** SHA-256 of what makes two filings the same: label, metadata (whose keys have one order) and body. */
export function contentHash({ label, metadata, body }: Draft): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([canonicalLabel(label), metadata, body]))
    .digest();
}

/** SHA-256 of the body's UTF-8. */
export function bodyHash(body: string): Buffer {
  return createHash('sha256').update(body).digest();
}
