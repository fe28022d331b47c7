/** Apostrophes that people type inside words; U+02BB and U+02BC are the right ones in Uzbek, U+2018 and U+0027 the usual ones. */
const APOSTROPHES = /[\u02B9\u02BB\u02BC\u02BD\u02BE\u02BF\u0060\u00B4\u2018\u2019\u201B\u2032\uA78C\uFF07]/gu;

/** Code point ranges as a regular expression; written as numbers, because combining characters cannot be read in a class. */
function oneOf(ranges: readonly (number | readonly [first: number, last: number])[]): RegExp {
  const escaped = ranges.map((range) => {
    const [first, last] = typeof range === 'number' ? [range, range] : range;
    return `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`;
  });
  return new RegExp(`[${escaped.join('')}]`, 'gu');
}

/** Soft hyphen, zero-width characters, direction marks, variation selectors, Arabic tatweel: nothing that a reader sees. */
const INVISIBLE = oneOf([
  0x00ad,
  0x034f,
  0x061c,
  0x0640,
  0x180e,
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x2064],
  [0xfe00, 0xfe0f],
  0xfeff,
]);

/**
 * Marks that carry no letter of their own in Latin, Greek, Cyrillic, Hebrew and Arabic, and the Devanagari nukta. Vowel signs
 * of Indic scripts and Thai tone marks are letters to their readers and stay.
 */
const MARKS = oneOf([
  [0x0300, 0x036f],
  [0x0483, 0x0489],
  [0x0591, 0x05c7],
  [0x0610, 0x061a],
  [0x064b, 0x065f],
  0x0670,
  [0x06d6, 0x06ed],
  0x093c,
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
]);

/** Letters that canonical decomposition leaves whole. */
const WHOLE_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  ŧ: 't',
  ς: 'σ',
  ة: 'ه',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ٱ: 'ا',
  ھ: 'ه',
  ہ: 'ه',
  '\u0901': '\u0902',
};
const WHOLE_LETTER = oneOf(Object.keys(WHOLE_LETTERS).map((letter) => letter.codePointAt(0) ?? 0));

/** First digit of the decimal digits that diplomats' papers come in: Arabic, Persian, Devanagari, Bengali, Thai, Lao, Khmer, Burmese. */
const ZEROES = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0x0ed0, 0x17e0, 0x1040];
const FOREIGN_DIGIT =
  /[\u0660-\u0669\u06F0-\u06F9\u0966-\u096F\u09E6-\u09EF\u0E50-\u0E59\u0ED0-\u0ED9\u17E0-\u17E9\u1040-\u1049]/gu;

const PLAIN = /^[a-z0-9]*$/u;

function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const zero = ZEROES.find((first) => code >= first && code < first + 10) ?? code;
  return String(code - zero);
}

/** Lower case, compatibility forms resolved, invisible characters gone, every apostrophe U+0027, ASCII digits; accents stay. */
export function clean(word: string, language: string): string {
  const visible = word.normalize('NFKC').replace(INVISIBLE, '').replace(APOSTROPHES, "'");
  const turkic = language === 'tr' || language === 'az';
  const lower = turkic ? visible.toLocaleLowerCase('tr') : visible.toLowerCase();
  return lower.replace(FOREIGN_DIGIT, asciiDigit);
}

/** Takes accents, vowel points, apostrophes and spelling variants off a cleaned word, so that both spellings meet in one form. */
export function fold(cleaned: string): string {
  if (PLAIN.test(cleaned)) return cleaned;
  return cleaned
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(WHOLE_LETTER, (letter) => WHOLE_LETTERS[letter] ?? letter)
    .replace(/['\u2044]/gu, '')
    .normalize('NFC');
}
