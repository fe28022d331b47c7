import { tokenize } from './tokenize.js';
import type { Token } from './tokenize.js';

/** What stands before and after a match in a passage: private-use characters, so that no markup has to be escaped. */
export const MATCH_START = '\uE000';
export const MATCH_END = '\uE001';
const MARKS = /[\uE000\uE001]/gu;

/** Takes the match marks out of a text that comes from outside. */
export const withoutMatchMarks = (text: string): string => text.replace(MARKS, '');

const PASSAGE_WORDS = 40;

/** First token of the window of `width` tokens with the most different matches, then the most matches, then the earliest. */
function bestWindow(tokens: readonly Token[], wanted: ReadonlySet<string>, width: number): number {
  const counts = new Map<string, number>();
  let matches = 0;
  let best = { from: 0, score: 0 };
  for (const [at, token] of tokens.entries()) {
    if (wanted.has(token.term)) {
      counts.set(token.term, (counts.get(token.term) ?? 0) + 1);
      matches += 1;
    }
    const left = tokens[at - width];
    if (left !== undefined && wanted.has(left.term)) {
      const rest = (counts.get(left.term) ?? 1) - 1;
      if (rest === 0) counts.delete(left.term);
      else counts.set(left.term, rest);
      matches -= 1;
    }
    const score = counts.size * 1000 + Math.min(matches, 999);
    if (score > best.score) best = { from: Math.max(0, at - width + 1), score };
  }
  return best.from;
}

/** Moves a window so that its first match stands a few words in and the window stays inside the text. */
function centred(tokens: readonly Token[], wanted: ReadonlySet<string>, from: number, width: number): number {
  const first = tokens.findIndex((token, at) => at >= from && wanted.has(token.term));
  const start = first < 0 ? from : Math.max(from, first - Math.floor(width / 5));
  return Math.max(0, Math.min(start, tokens.length - width));
}

function marked(
  text: string,
  tokens: readonly Token[],
  wanted: ReadonlySet<string>,
  start: number,
  end: number,
): string {
  let result = '';
  let at = start;
  for (const token of tokens) {
    if (!wanted.has(token.term)) continue;
    result += text.slice(at, token.start) + MATCH_START + text.slice(token.start, token.end) + MATCH_END;
    at = token.end;
  }
  return result + text.slice(at, end);
}

/**
 * The passage of a text that answers best to `terms` (as `queryTerms` gives them), on one line, each match between
 * U+E000 and U+E001; without a match, the beginning. Such characters in the text itself are taken out first.
 */
export function highlight(
  text: string,
  terms: readonly string[],
  language: string,
  { words = PASSAGE_WORDS }: { words?: number } = {},
): string {
  const plain = withoutMatchMarks(text);
  const tokens = tokenize(plain, language);
  const wanted = new Set(terms);
  const from = centred(tokens, wanted, bestWindow(tokens, wanted, words), words);
  const shown = tokens.slice(from, from + words);
  const cutBefore = from > 0;
  const cutAfter = from + words < tokens.length;
  const start = cutBefore ? (shown[0]?.start ?? 0) : 0;
  const end = cutAfter ? (shown.at(-1)?.end ?? plain.length) : plain.length;
  const passage = marked(plain, shown, wanted, start, end).replace(/\s+/gu, ' ').trim();
  return (cutBefore ? '… ' : '') + passage + (cutAfter ? ' …' : '');
}
