/** Uzbek Cyrillic letters in the Latin alphabet of 1995, already without apostrophes (oʻ → o, gʻ → g, ъ → nothing). */
const LATIN: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  ё: 'yo',
  ж: 'j',
  з: 'z',
  и: 'i',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'x',
  ч: 'ch',
  ш: 'sh',
  щ: 'sh',
  ъ: '',
  ы: 'i',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
  ў: 'o',
  қ: 'q',
  ғ: 'g',
  ҳ: 'h',
};
const CYRILLIC = /[\u0400-\u04FF]/u;
const VOWEL = /[аоуэеёиюяўыъь]/u;

function latinLetter(letter: string, before: string): string {
  if (letter === 'е') return before === '' || VOWEL.test(before) ? 'ye' : 'e';
  if (letter === 'ц') return before !== '' && VOWEL.test(before) ? 'ts' : 's';
  return LATIN[letter] ?? letter;
}

/** One spelling for a lower-case Uzbek word in either alphabet: Latin without apostrophes. */
export function uzbekLatin(word: string): string {
  if (!CYRILLIC.test(word)) return word.replace(/'/gu, '');
  const letters = Array.from(word.normalize('NFC'));
  return letters.map((letter, at) => latinLetter(letter, letters[at - 1] ?? '')).join('');
}

/** Endings in the order in which they stand from the end of a noun: case, possession, number. */
const ENDINGS = [/(?:ning|dan|ni|ga|ka|qa|da)$/u, /(?:lari|imiz|ingiz|si)$/u, /lar$/u, /(?:imiz|ingiz|im|ing|i)$/u];
const SHORTEST_STEM = 4;

/** Light stemming of Uzbek nouns: takes case, possessive and plural endings off while at least four letters stay. */
export function stemUzbek(word: string): string {
  let stem = word;
  for (const ending of ENDINGS) {
    const shorter = stem.replace(ending, '');
    if (shorter.length >= SHORTEST_STEM) stem = shorter;
  }
  // k and q soften before a vowel: vazirlik, vazirligi
  return stem.replace(/(?<=[a-z]{3})lig$/u, 'lik');
}
