import { clean } from './fold.js';
import { words } from './scan.js';
import { functionWords } from './stopwords.js';

/** As much of a text as tells its language, in UTF-16 code units. */
const SAMPLE = 2000;

/** Scripts that (among the languages of diplomacy) name the language, by a sample letter class. */
const SCRIPTS: readonly (readonly [language: string, letters: RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['zh', /\p{Script=Han}/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['th', /\p{Script=Thai}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['hy', /\p{Script=Armenian}/gu],
  ['arabic', /\p{Script=Arabic}/gu],
  ['cyrillic', /\p{Script=Cyrillic}/gu],
  ['latin', /\p{Script=Latin}/gu],
];

/** Languages that are told apart by their function words, the likelier first. */
const BY_WORDS: Readonly<Record<string, readonly string[]>> = {
  arabic: ['ar', 'fa'],
  cyrillic: ['ru', 'uz', 'uk'],
  latin: ['en', 'fr', 'es', 'uz', 'de', 'it', 'pt', 'ro', 'tr', 'vi', 'nl'],
};

/** Letters that one language has and its neighbours lack; each is worth as much as a function word. */
const TELLING_LETTERS: Readonly<Record<string, RegExp>> = {
  uz: /[ўқғҳ]|[og][ʻʼ‘’'`](?=\p{L}|\s)/giu,
  ru: /[ыщ]/giu,
  uk: /[іїєґ]/giu,
  fa: /[پچژگ]/gu,
  vi: /[ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/giu,
  tr: /[ğışİ]/gu,
  ro: /[țșăţ]/giu,
  de: /ß/gu,
  es: /[ñ¿¡]/giu,
  pt: /[ãõ]/giu,
};

const cleanedLists = new Map<string, ReadonlySet<string>>();

function listOf(language: string): ReadonlySet<string> {
  const known = cleanedLists.get(language);
  if (known !== undefined) return known;
  const made = new Set(functionWords(language).map((word) => clean(word, language)));
  cleanedLists.set(language, made);
  return made;
}

const count = (text: string, letters: RegExp): number => text.match(letters)?.length ?? 0;

function scriptOf(sample: string): string {
  const counted = SCRIPTS.map(([name, letters]) => ({ name, letters: count(sample, letters) }));
  const japanese = counted[0]?.letters ?? 0;
  const han = counted[1]?.letters ?? 0;
  if (japanese > 0 && japanese * 4 > han) return japanese + han > 0 ? 'ja' : '';
  const most = counted.reduce((left, right) => (right.letters > left.letters ? right : left));
  return most.letters === 0 ? '' : most.name;
}

function byWords(sample: string, languages: readonly string[]): string {
  const said = words(clean(sample, ''), '').map(({ surface }) => surface);
  const scored = languages.map((language) => {
    const list = listOf(language);
    const letters = TELLING_LETTERS[language];
    const hits = said.filter((word) => list.has(word)).length;
    return { language, score: hits + (letters === undefined ? 0 : count(sample, letters)) };
  });
  return scored.reduce((left, right) => (right.score > left.score ? right : left)).language;
}

/**
 * The likeliest language of a text as ISO 639-1, from its script and its function words; '' for a text without letters.
 * Meant for papers whose metadata do not say; a few words may be too few.
 */
export function detectLanguage(text: string): string {
  const sample = text.slice(0, SAMPLE);
  const script = scriptOf(sample);
  const languages = BY_WORDS[script];
  return languages === undefined ? script : byWords(sample, languages);
}
