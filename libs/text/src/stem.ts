import snowball from 'snowball-stemmers';

import { clean, fold } from './fold.js';
import { stemUzbek, uzbekLatin } from './uzbek.js';

type Stem = (word: string) => string;

/** Names of the Snowball algorithms by language code (ISO 639-1). */
const ALGORITHMS: Readonly<Record<string, string>> = {
  ar: 'arabic',
  ca: 'catalan',
  cs: 'czech',
  da: 'danish',
  de: 'german',
  en: 'english',
  es: 'spanish',
  eu: 'basque',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hu: 'hungarian',
  hy: 'armenian',
  it: 'italian',
  nb: 'norwegian',
  nl: 'dutch',
  nn: 'norwegian',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sl: 'slovene',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
};

/** Words that elide their vowel before an apostrophe, by language. */
const ELISIONS: Readonly<Record<string, RegExp>> = {
  fr: /^(?:jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu|qu|[cdjlmnst])'(?=.)/u,
  it: /^(?:dall|dell|nell|sull|all|coll|quell|quest|sant|un|gl|[cdlmnstv])'(?=.)/u,
  ca: /^(?:[dlmnst])'(?=.)/u,
};

const UNFOLDED = new Set(['vi']);

/** What has to be spelt in one way before the language's algorithm sees the word. */
function spelling(word: string, language: string): string {
  switch (language) {
    case 'ru':
      return word.replace(/ё/gu, 'е');
    case 'ro':
      return word.replace(/ș/gu, 'ş').replace(/ț/gu, 'ţ');
    case 'uz':
      return uzbekLatin(word);
    default: {
      const elision = ELISIONS[language];
      return elision === undefined ? word : word.replace(elision, '');
    }
  }
}

function stemOf(language: string): Stem {
  if (language === 'uz') return stemUzbek;
  const algorithm = ALGORITHMS[language];
  if (algorithm === undefined) return (word) => word;
  const stemmer = snowball.newStemmer(algorithm);
  return (word) => stemmer.stem(word);
}

/**
 * The normaliser of one language: a word as written becomes the term under which it is found. Accents are folded after
 * stemming, because the algorithms read them; Vietnamese keeps them, because there they tell words apart.
 */
export function normaliserOf(language: string): { bare: Stem; term: Stem } {
  const stem = stemOf(language);
  const folded: Stem = UNFOLDED.has(language) ? (word) => word : fold;
  const spelt: Stem = (word) => spelling(clean(word, language), language);
  return { bare: (word) => folded(spelt(word)), term: (word) => folded(stem(spelt(word))) };
}
