import { tokenize } from '#text';

import type { Synonym } from './synonymBook.js';

/** A word of a question with the term that it becomes in each language. */
export interface AskedWord {
  readonly surface: string;
  readonly terms: ReadonlyMap<string, string>;
  /** Terms that mean the same, by language. */
  readonly also: ReadonlyMap<string, readonly string[]>;
  /** What finding it counts, against a word that was asked for. */
  readonly factor: number;
}

/** At most so many words are added to a question. */
const MAX_ADDED = 32;
/** A synonym counts less than what was asked for. */
export const SYNONYM_FACTOR = 0.8;

/**
 * Adds what the ministry's synonyms say to the words of a question. A single word that means a single word becomes another
 * way of finding it, so that a paper with both counts no more than it should; wordings of several words become words of their own.
 */
export function expand(asked: readonly AskedWord[], synonyms: readonly Synonym[], language: string): AskedWord[] {
  const rules = synonyms
    .filter((synonym) => synonym.language === '' || synonym.language === language)
    .flatMap(directed);
  const also = new Map<AskedWord, string[]>();
  const added = new Set<string>();
  for (const { from, to } of rules) {
    for (const wording of from) {
      const place = placeOf(termsOf(wording, language), asked, language);
      if (!place) continue;
      const [only] = place.length === 1 ? place : [];
      for (const meaning of to) {
        const terms = termsOf(meaning, language);
        if (only && terms.length === 1) also.set(only, [...(also.get(only) ?? []), meaning]);
        else for (const { surface } of contentOf(meaning, language)) added.add(surface);
      }
    }
  }
  const words = asked.map((word) => ({ ...word, also: alsoIn(word, also.get(word) ?? []) }));
  return [...words, ...[...added].slice(0, MAX_ADDED).map((surface) => addedWord(surface, asked, language))];
}

interface Directed {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

function directed({ words, means, bothWays }: Synonym): Directed[] {
  return bothWays
    ? [
        { from: words, to: means },
        { from: means, to: words },
      ]
    : [{ from: words, to: means }];
}

const contentOf = (text: string, language: string) => tokenize(text, language).filter(({ stop }) => !stop);
const termsOf = (text: string, language: string): string[] => contentOf(text, language).map(({ term }) => term);

/** The words of the question that are this wording, next to each other. */
function placeOf(terms: readonly string[], asked: readonly AskedWord[], language: string): AskedWord[] | undefined {
  if (terms.length === 0) return undefined;
  const start = asked.findIndex((_, at) =>
    terms.every((term, offset) => asked[at + offset]?.terms.get(language) === term),
  );
  return start < 0 ? undefined : asked.slice(start, start + terms.length);
}

function alsoIn(word: AskedWord, meanings: readonly string[]): Map<string, string[]> {
  const languages = [...word.terms.keys()];
  return new Map(
    languages.map((language) => [
      language,
      [...new Set(meanings.slice(0, MAX_ADDED).flatMap((text) => termsOf(text, language)))],
    ]),
  );
}

function addedWord(surface: string, asked: readonly AskedWord[], language: string): AskedWord {
  const languages = new Set([language, ...asked.flatMap(({ terms }) => [...terms.keys()])]);
  const terms = [...languages].flatMap((one) =>
    termsOf(surface, one)
      .slice(0, 1)
      .map((term) => [one, term] as const),
  );
  return { surface, terms: new Map(terms), also: new Map(), factor: SYNONYM_FACTOR };
}
