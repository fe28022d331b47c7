import { tokenize } from '#text';

import { FIELDS } from '../../platform/search/index.js';
import type { Details, FoundCorrection, IndexableDocument } from '../../platform/search/index.js';

type Wanted = Pick<FoundCorrection, 'term' | 'termId'>;

/** How a term is written where it stands first in a paper; undefined where the text no longer has it. */
export function surfaceOf(
  { term, termId }: Wanted,
  text: IndexableDocument['text'],
  { vector, language }: Details['stored'],
): string | undefined {
  const [position] = vector.positions(termId);
  if (position === undefined) return undefined;
  const field = FIELDS[vector.fieldAt(position)] ?? 'body';
  const whole = text[field] ?? '';
  if (field !== 'body') return written(whole, term, language);
  const first = vector.firstPosition(FIELDS.indexOf('body'));
  const passage = vector.passages.findLast((one) => one.position <= position - first);
  return written(passage ? whole.slice(passage.start, passage.end) : whole, term, language);
}

/** The question with each word that stands nowhere written as what it was taken for; null where nothing is known. */
export function correctedQuery(
  query: string,
  corrections: readonly FoundCorrection[],
  surface: (correction: FoundCorrection) => string | undefined,
): string | null {
  const corrected = corrections.reduce((text, correction) => {
    const found = surface(correction);
    if (found === undefined) return text;
    const typed = correction.surface;
    // somebody who types capitals means them
    const word = typed === typed.toLowerCase() ? found.toLowerCase() : found;
    return text.replace(typed, () => word);
  }, query);
  return corrected === query ? null : corrected;
}

function written(text: string, term: string, language: string): string | undefined {
  return tokenize(text, language).find((token) => token.term === term)?.surface;
}
