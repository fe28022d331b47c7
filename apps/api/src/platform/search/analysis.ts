import { chunk, clean, fold, primaryLanguage, terms, tokenize } from '#text';

import { FIELDS, weighted } from './fields.js';
import { TermVector } from './termVector.js';
import type { Passage } from './termVector.js';
import type { IndexableDocument } from './types.js';

/** The passages that are ranked and shown: about this many words, at block borders, none of them twice. */
const PASSAGES = { words: 160, overlap: 0 };
const LONGEST_TITLE_KEY = 200;

/** A paper taken apart, its terms still words. */
export interface AnalysedDocument {
  readonly document: IndexableDocument;
  /** Terms by field and place; `undefined` holds the place of a function word. */
  readonly fields: readonly (readonly (string | undefined)[])[];
  readonly passages: readonly Passage[];
}

/** Takes a paper apart with the normaliser of its language. */
export function analyse(document: IndexableDocument): AnalysedDocument {
  const body = document.text.body ?? '';
  const bodyTokens = tokenize(body, document.language);
  const fields = FIELDS.map((field) => {
    const tokens = field === 'body' ? bodyTokens : tokenize(document.text[field] ?? '', document.language);
    return tokens.map(({ term, stop }) => (stop ? undefined : term));
  });
  return { document, fields, passages: passagesOf(body, bodyTokens) };
}

/** Every term of the paper, once. */
export function vocabularyOf({ fields }: AnalysedDocument): Set<string> {
  return new Set(fields.flat().filter((term) => term !== undefined));
}

/** The term vector, once every term has its number. */
export function vectorOf({ fields, passages }: AnalysedDocument, ids: ReadonlyMap<string, number>): Buffer {
  const numbered = fields.map((terms) => terms.map((term) => (term === undefined ? undefined : ids.get(term))));
  return TermVector.encode(numbered, passages);
}

/** Every term with its weighted frequency, the weightiest first. */
export function weightedTerms(vector: TermVector): { id: number; weight: number }[] {
  return Array.from(vector.termIds, (id) => ({ id, weight: weighted(vector.frequencies(id)) })).sort(
    (a, b) => b.weight - a.weight,
  );
}

/** Terms of a name, such as a sender: folded, in no particular language. */
export function nameTerms(name: string): string[] {
  return [...new Set(terms(name, ''))];
}

/** What titles are put in order by: the same for every spelling of a letter, whatever stands before the first. */
export function titleKey(title: string): string {
  return fold(clean(title, ''))
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, LONGEST_TITLE_KEY);
}

/** Primary language under which a paper is normalised and counted. */
export function languageOf(tag: string): string {
  return primaryLanguage(tag);
}

function passagesOf(body: string, tokens: readonly { start: number }[]): Passage[] {
  let token = 0;
  return chunk(body, PASSAGES).map(({ start, end }) => {
    while (token < tokens.length && (tokens[token]?.start ?? 0) < start) token += 1;
    return { position: token, start, end };
  });
}
