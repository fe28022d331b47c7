import { Injectable } from '@nestjs/common';

import { detectLanguage, inverseDocumentFrequency, queryTerms, tokenize } from '#text';

import { closeTerms } from './closeTerms.js';
import type { ClearanceFilter } from './clearanceFilter.js';
import type {
  Correction,
  LanguageQuery,
  Phrase,
  PhraseRequest,
  QueryPlan,
  QueryWord,
  SearchRequest,
} from './queryPlan.js';
import { SYNONYM_FACTOR, expand } from './expansion.js';
import type { AskedWord } from './expansion.js';
import { FIELD_WEIGHTS } from './fields.js';
import { worthOf } from './paperShape.js';
import { saturated } from './ranking.js';
import { SearchStatistics } from './statistics.js';
import type { KnownTerm, Population } from './statistics.js';
import { SynonymBook } from './synonymBook.js';
import type { TermVector } from './termVector.js';
import { periodsNamed } from './timeliness.js';
import type { StoredVector } from './vectorStore.js';

/** At most so many words of a question are looked at, so many unknown ones corrected, so many languages tried. */
const MAX_WORDS = 64;
const MAX_CORRECTED = 4;
const MAX_LANGUAGES = 8;
/** So many times as many terms of a paper are looked at as are taken. */
const CONSIDERED = 10;

/** Known terms by language, then by text. */
type Lexicon = ReadonlyMap<string, ReadonlyMap<string, KnownTerm>>;

/**
 * Turns a question into terms. Every number in the plan comes from what the reader may read, so a word that stands only
 * in other papers is planned exactly like a word that stands nowhere.
 */
@Injectable()
export class QueryPlanner {
  constructor(
    private readonly statistics: SearchStatistics,
    private readonly synonyms: SynonymBook,
  ) {}

  async plan(request: SearchRequest, filter: ClearanceFilter): Promise<QueryPlan> {
    const [population, synonyms] = await Promise.all([
      this.statistics.population(filter),
      request.words === '' ? [] : this.synonyms.all(),
    ]);
    const languages = population.languages.slice(0, MAX_LANGUAGES);
    const language = questionLanguage(request.words, languages);
    const asked = expand(askedWords(request.words, language, languages), synonyms, language);
    const lexicon = await this.lexicon(request, asked, languages, population);
    const corrections = await this.corrections(asked, lexicon, population);
    const words = asked.map((word) => planWord(word, lexicon, corrections.get(word) ?? [], population));
    const byLanguage = languages.map((language) => planLanguage(language, request, words, lexicon));
    return {
      byLanguage: new Map(byLanguage.map((query) => [query.language, query])),
      corrections: [...corrections].map(([word, meant]) => correctionOf(word, meant)),
      browses: request.words === '' && request.phrases.length === 0,
      narrowing: request.narrowing,
      order: request.order,
      periods: periodsNamed(request.words, language),
      population,
    };
  }

  /** What the reader may read, in numbers. */
  async population(filter: ClearanceFilter): Promise<Population> {
    return this.statistics.population(filter);
  }

  /** Asks for the words that tell a paper from others, as many as `size`, in the order of their worth. */
  async planLike(own: StoredVector | undefined, size: number, population: Population): Promise<QueryPlan> {
    const terms = own ? await this.tellingTerms(own.vector, size, population) : [];
    const words = terms.map(({ id, worth }) => ({ idf: 0, worth, variants: [{ termId: id, factor: 1 }] }));
    const shownTerms = await this.statistics.texts(terms.map(({ id }) => id));
    const asked = { words, phrases: [], excluded: [], impossible: false, shownTerms };
    const byLanguage = population.languages.map((language) => [language, { language, ...asked }] as const);
    return {
      byLanguage: new Map(byLanguage),
      corrections: [],
      browses: false,
      narrowing: {},
      order: 'relevance',
      periods: [],
      population,
    };
  }

  private async tellingTerms(
    vector: TermVector,
    size: number,
    population: Population,
  ): Promise<{ id: number; worth: number }[]> {
    const weights = vector.weights(FIELD_WEIGHTS);
    const frequent = Array.from(vector.termIds, (id, at) => ({ id, weight: weights[at] ?? 0 }))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, size * CONSIDERED);
    const frequencies = await this.statistics.documentFrequencies(
      frequent.map(({ id }) => id),
      population,
    );
    return frequent
      .map(({ id, weight }) => {
        const idf = inverseDocumentFrequency(population.documents, frequencies.get(id) ?? 1);
        return { id, worth: idf * saturated(weight) };
      })
      .sort((a, b) => b.worth - a.worth || a.id - b.id)
      .slice(0, size);
  }

  private async lexicon(
    request: SearchRequest,
    asked: readonly AskedWord[],
    languages: readonly string[],
    population: Population,
  ): Promise<Lexicon> {
    const wordings = [...request.phrases.map(({ text }) => text), ...request.excluded];
    const inWordings = languages.flatMap((language) =>
      wordings.flatMap((text) => contentTokens(text, language).map(({ term }) => term)),
    );
    const terms = new Set([...asked.flatMap((word) => termsOf(word).map(({ term }) => term)), ...inWordings]);
    return byLanguageAndText(await this.statistics.lookUp([...terms], population));
  }

  /** What words that stand nowhere may have meant. */
  private async corrections(
    asked: readonly AskedWord[],
    lexicon: Lexicon,
    population: Population,
  ): Promise<Map<AskedWord, KnownTerm[]>> {
    const unknown = asked
      .filter((word) => word.factor === 1 && known(word, lexicon).length === 0)
      .slice(0, MAX_CORRECTED);
    const found = new Map<AskedWord, KnownTerm[]>();
    for (const word of unknown) {
      const [term = ''] = word.terms.values();
      found.set(word, closeTerms(term, await this.statistics.similarTo(term, population)));
    }
    return found;
  }
}

function correctionOf({ surface }: AskedWord, meant: readonly KnownTerm[]): Correction {
  return { surface, meant: meant.map(({ id: termId, term, language }) => ({ termId, term, language })) };
}

/** A planned word: what it is worth, and its variants in each language. */
interface PlannedWord {
  readonly idf: number;
  readonly worth: number;
  readonly variants: ReadonlyMap<string, readonly { termId: number; factor: number; text: string }[]>;
}

/** A correction counts less than what was asked for. */
const CORRECTION_FACTOR = 0.6;

function planWord(
  word: AskedWord,
  lexicon: Lexicon,
  corrections: readonly KnownTerm[],
  population: Population,
): PlannedWord {
  const exact = known(word, lexicon);
  const found = exact.length > 0 ? exact : corrections.map((term) => ({ ...term, factor: CORRECTION_FACTOR }));
  const variants = new Map<string, { termId: number; factor: number; text: string }[]>();
  for (const { language, id, term, factor } of found) {
    const own = variants.get(language) ?? [];
    variants.set(language, [...own, { termId: id, factor, text: term }]);
  }
  const holding = found.reduce((sum, term) => sum + term.documents, 0);
  const weight = found.reduce((sum, term) => sum + term.weight, 0);
  const idf = inverseDocumentFrequency(population.documents, Math.min(population.documents, holding));
  return { idf, worth: worthOf(idf, { weight, papers: holding }, population), variants };
}

function planLanguage(
  language: string,
  request: SearchRequest,
  planned: readonly PlannedWord[],
  lexicon: Lexicon,
): LanguageQuery {
  const words = planned.flatMap(({ idf, worth, variants }): QueryWord[] => {
    const own = variants.get(language);
    return own ? [{ idf, worth, variants: own }] : [];
  });
  const phrases = request.phrases.map((phrase) => planPhrase(phrase, language, lexicon));
  const excluded = request.excluded.map((text) => planPhrase({ text }, language, lexicon));
  const shown = planned.flatMap(({ variants }) => (variants.get(language) ?? []).map(({ text }) => text));
  const shownInPhrases = request.phrases.flatMap(({ text }) => contentTokens(text, language).map(({ term }) => term));
  return {
    language,
    words,
    phrases: phrases.filter((phrase) => phrase !== undefined),
    excluded: excluded.filter((phrase) => phrase !== undefined),
    impossible: phrases.includes(undefined),
    shownTerms: [...new Set([...shown, ...shownInPhrases])],
  };
}

/** Undefined when one of the words is unknown in the language, so that the wording can stand nowhere, or says nothing. */
function planPhrase({ text, field }: PhraseRequest, language: string, lexicon: Lexicon): Phrase | undefined {
  const tokens = contentTokens(text, language);
  const first = tokens[0]?.position ?? 0;
  const terms = tokens.map(({ term, position }) => ({
    id: lexicon.get(language)?.get(term)?.id,
    offset: position - first,
  }));
  const found = terms.flatMap(({ id, offset }) => (id === undefined ? [] : [{ termId: id, offset }]));
  if (found.length === 0 || found.length < terms.length) return undefined;
  return field === undefined ? { terms: found } : { terms: found, field };
}

function contentTokens(text: string, language: string) {
  return tokenize(text, language)
    .filter(({ stop }) => !stop)
    .slice(0, MAX_WORDS);
}

/**
 * The words that carry the question. Question and function words go by the language of the question, where that can be
 * told; each word that stays becomes a term in every language that the reader's papers are in.
 */
function askedWords(text: string, language: string, languages: readonly string[]): AskedWord[] {
  const wanted = new Set(queryTerms(text, language));
  const tokens = contentTokens(text, language).filter(({ term }) => wanted.has(term));
  return tokens.map(({ surface, term }) => ({
    surface,
    terms: new Map([[language, term], ...languages.flatMap((other) => termsIn(surface, other))]),
    also: new Map(),
    factor: 1,
  }));
}

function termsIn(surface: string, language: string): [string, string][] {
  return contentTokens(surface, language)
    .slice(0, 1)
    .map(({ term }) => [language, term]);
}

function questionLanguage(text: string, languages: readonly string[]): string {
  const [first = ''] = languages;
  if (languages.length <= 1) return first;
  const detected = detectLanguage(text);
  return languages.includes(detected) ? detected : first;
}

/** Every term that stands for a word, with what finding it counts; each once a language. */
function termsOf({ terms, also, factor }: AskedWord): { language: string; term: string; factor: number }[] {
  return [...terms].flatMap(([language, term]) => {
    const others = (also.get(language) ?? []).filter((other) => other !== term);
    return [
      { language, term, factor },
      ...others.map((other) => ({ language, term: other, factor: factor * SYNONYM_FACTOR })),
    ];
  });
}

function known(word: AskedWord, lexicon: Lexicon): (KnownTerm & { factor: number })[] {
  return termsOf(word).flatMap(({ language, term, factor }) => {
    const found = lexicon.get(language)?.get(term);
    return found ? [{ ...found, factor }] : [];
  });
}

function byLanguageAndText(terms: readonly KnownTerm[]): Lexicon {
  const lexicon = new Map<string, Map<string, KnownTerm>>();
  for (const term of terms) {
    const own = lexicon.get(term.language) ?? new Map<string, KnownTerm>();
    lexicon.set(term.language, own.set(term.term, term));
  }
  return lexicon;
}
