import { chunk, highlight } from '#text';

import { bestPassage } from '../../platform/search/index.js';
import type { Details } from '../../platform/search/index.js';

/**
 * The passage of a body that answers best, its matches marked. When the index does not have this version of the document
 * yet, the beginning.
 */
export function passageOf(body: string, version: number, { query, stored }: Details): string {
  const { vector, language } = stored;
  const passage = stored.version === version ? vector.passages[bestPassage(query, vector)] : undefined;
  const text = passage ? body.slice(passage.start, passage.end) : (chunk(body)[0]?.text ?? '');
  return highlight(text, query.shownTerms, language);
}
