import { primaryLanguage } from './language.js';
import { eachWord } from './scan.js';
import { normaliserOf } from './stem.js';
import { functionWords, questionWords } from './stopwords.js';

/** A word of a text and the term under which it is found. Offsets are UTF-16 code units; positions count every word. */
export interface Token {
  readonly term: string;
  readonly surface: string;
  readonly start: number;
  readonly end: number;
  readonly position: number;
  /** A function word (the, of, and): holds its place for phrases, is not indexed. */
  readonly stop: boolean;
}

interface Entry {
  readonly term: string;
  readonly stop: boolean;
  readonly question: boolean;
}

/** Bound of the memory of words already normalised, per language; some 20 MB at the most. */
const REMEMBERED_WORDS = 100_000;
const LONGEST_TERM = 64;

/** One language's normaliser with a memory of what it has seen: papers repeat their words. */
class Analyzer {
  private readonly known = new Map<string, Entry>();
  private readonly stops: ReadonlySet<string>;
  private readonly questions: ReadonlySet<string>;
  private readonly normaliser: ReturnType<typeof normaliserOf>;

  constructor(private readonly language: string) {
    this.normaliser = normaliserOf(language);
    const bare = (word: string): string => this.normaliser.bare(word);
    this.stops = new Set(functionWords(language).map(bare));
    this.questions = new Set(questionWords(language).map(bare));
  }

  entry(surface: string): Entry {
    const known = this.known.get(surface);
    if (known !== undefined) return known;
    if (this.known.size >= REMEMBERED_WORDS) this.known.clear();
    const made = this.make(surface);
    this.known.set(surface, made);
    return made;
  }

  private make(surface: string): Entry {
    const joined = /\d,\d/u.test(surface) ? surface.replace(/,(?=\d{3}(?!\d))/gu, '') : surface;
    const dotted = /^(?:\p{L}\.)+\p{L}?$/u.test(joined);
    const word = dotted ? joined.replaceAll('.', '') : joined;
    const bare = this.normaliser.bare(word);
    const name = dotted || (this.language === 'en' && surface === 'US');
    const term = (name ? bare : this.normaliser.term(word)).slice(0, LONGEST_TERM);
    return { term, stop: term === '' || (!name && this.stops.has(bare)), question: !name && this.questions.has(bare) };
  }
}

const analyzers = new Map<string, Analyzer>();

function analyzerFor(language: string): Analyzer {
  const primary = primaryLanguage(language);
  const known = analyzers.get(primary);
  if (known !== undefined) return known;
  const made = new Analyzer(primary);
  analyzers.set(primary, made);
  return made;
}

/**
 * Every word of a text with its term. `language` is a BCP 47 tag; one without a stemmer is folded only.
 * The same function serves papers and queries, and both search engines.
 */
export function tokenize(text: string, language: string): Token[] {
  const analyzer = analyzerFor(language);
  const tokens: Token[] = [];
  eachWord(text, primaryLanguage(language), (surface, start) => {
    const { term, stop } = analyzer.entry(surface);
    tokens.push({ term, surface, start, end: start + surface.length, position: tokens.length, stop });
  });
  return tokens;
}

/** The terms to index for a text, in order, function words left out. */
export function terms(text: string, language: string): string[] {
  const analyzer = analyzerFor(language);
  const found: string[] = [];
  eachWord(text, primaryLanguage(language), (surface) => {
    const { term, stop } = analyzer.entry(surface);
    if (!stop) found.push(term);
  });
  return found;
}

function queryTermsIn(text: string, language: string): string[] {
  const analyzer = analyzerFor(language);
  const wanted: string[] = [];
  const indexed: string[] = [];
  eachWord(text, primaryLanguage(language), (surface) => {
    const { term, stop, question } = analyzer.entry(surface);
    if (stop) return;
    indexed.push(term);
    if (!question) wanted.push(term);
  });
  return wanted.length > 0 ? wanted : indexed;
}

/**
 * The terms that a question asks for, repeated as often as it says them: question words are left out unless nothing else
 * is there. With several languages, the terms of each, without those that an earlier language gave already; so papers in
 * any of them are found.
 */
export function queryTerms(text: string, languages: string | readonly string[]): string[] {
  const [first = '', ...others] = typeof languages === 'string' ? [languages] : languages;
  const found = queryTermsIn(text, first);
  for (const other of others) {
    const known = new Set(found);
    found.push(...queryTermsIn(text, other).filter((term) => !known.has(term)));
  }
  return found;
}
