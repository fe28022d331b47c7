import { byScore, rounded } from '../ranking.js';
import type { RankedDocument } from '../ranking.js';
import { cosine } from './vectors.js';

/** So many of the best papers are compared by meaning; the others stay below them, as they were. */
export const MAX_FUSED = 200;
/** What nearness in meaning counts for, beside the score of the best paper. */
const MEANING = 1;

/**
 * Words and meaning together: to the scores of the best papers that were found by words comes how much nearer each is to the question
 * than the farthest of them. A paper without a vector counts as one of middling nearness, so that what may not be sent to the service
 * is neither raised nor lowered by that. `ranked` is best first.
 */
export function fuse(
  ranked: readonly RankedDocument[],
  question: Float32Array,
  vectors: ReadonlyMap<string, Float32Array>,
): readonly RankedDocument[] {
  const compared = ranked.slice(0, MAX_FUSED);
  const cosines = compared.map(({ documentId }) => {
    const vector = vectors.get(documentId);
    return vector && cosine(question, vector);
  });
  const known = cosines.filter((value) => value !== undefined);
  if (known.length === 0) return ranked;
  const farthest = Math.min(...known);
  const middling = known.reduce((sum, value) => sum + value, 0) / known.length;
  const share = MEANING * (ranked[0]?.score ?? 0);
  const fused = compared.map(({ documentId, score }, at) => ({
    documentId,
    score: rounded(score + share * ((cosines[at] ?? middling) - farthest)),
  }));
  return [...fused.sort(byScore), ...ranked.slice(MAX_FUSED)];
}
