import { compareSequences } from './sequence.js';

/** A piece of text that both sides have, that is gone, or that is new. */
export interface WordChange {
  readonly kind: 'SAME' | 'REMOVED' | 'ADDED';
  readonly text: string;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * What is segmented at once: up to the next space or full stop of scripts that set no spaces. Segmenting takes time that
 * grows with the square of the length (V8), and a piece's limits must not depend on where in a text it stands.
 */
const RUN = /[^\s。，、；：！？]{1,200}[。，、；：！？]*|[。，、；：！？]+|\s+/gu;
/** Runs that are one word by every rule. */
const PLAIN_WORD = /^(?:[\p{Script=Latin}\p{Script=Cyrillic}\p{Nd}]+|\s+)$/u;

/** A text as words, spaces and marks, in every script: together they are the text again. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const [run] of text.matchAll(RUN)) {
    if (PLAIN_WORD.test(run)) pieces.push(run);
    else for (const { segment } of segmenter.segment(run)) pieces.push(segment);
  }
  return pieces;
}

/**
 * How one text became another, word by word. What is the same and what was removed is the first text; what is the same
 * and what was added is the second.
 */
export function compareWords(before: string, after: string): WordChange[] {
  const left = piecesOf(before);
  const right = piecesOf(after);
  return compareSequences(left, right).map(({ kind, before: a, after: b }) => ({
    kind,
    text: (kind === 'ADDED' ? right.slice(b.from, b.to) : left.slice(a.from, a.to)).join(''),
  }));
}
