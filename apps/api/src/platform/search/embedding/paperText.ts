import { chunk } from '#text';

import type { IndexableDocument } from '../types.js';

/** Most of a paper that is sent, in UTF-16 code units: as much as most models look at. */
const MAX_LENGTH = 6000;
const PASSAGE = { words: 160, overlap: 0 };

/** What of a paper its vector is made from: title, summary and as many whole passages from the beginning as there is room for. */
export function paperText({ title = '', summary = '', body = '' }: IndexableDocument['text']): string {
  const head = [title, summary]
    .filter((text) => text !== '')
    .join('\n\n')
    .slice(0, MAX_LENGTH / 2);
  const room = MAX_LENGTH - head.length;
  const passages = chunk(body.slice(0, room), PASSAGE);
  // the last one is cut somewhere in it
  const whole = body.length > room && passages.length > 1 ? passages.slice(0, -1) : passages;
  return [head, body.slice(0, whole.at(-1)?.end ?? 0)].filter((text) => text.trim() !== '').join('\n\n');
}
