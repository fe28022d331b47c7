import { detectLanguage, highlight, tokenize } from '#text';

import type { Marks } from './query.js';
import { foldedWords, indexed } from './words.js';

/**
 * The passage of a text that answers best, on one line, each match between U+E000 and U+E001; without a match, the beginning.
 */
export function passageOf(text: string, marks: Marks): string {
  const language = detectLanguage(text);
  const matching = tokenize(text, language).filter(({ surface, term }) => isMarked(surface, indexed(term), marks));
  return highlight(text, [...new Set(matching.map(({ term }) => term))], language);
}

function isMarked(surface: string, stem: string, { words, prefixes, stems }: Marks): boolean {
  if (stems.has(stem)) return true;
  const [folded] = foldedWords(surface);
  if (folded === undefined) return false;
  return words.has(folded) || stems.has(folded) || prefixes.some((prefix) => folded.startsWith(prefix));
}
