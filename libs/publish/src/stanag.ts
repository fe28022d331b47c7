import { toStanag, writeStanagLabel } from '#policy';
import type { SecurityPolicy } from '#policy';

import type { Paper } from './paper.js';

/** No label stands unread for longer. */
const REVIEW_YEARS = 5;

/**
 * A paper's label as STANAG 4774 XML, for the file beside it.
 * @throws PolicyError for a label that the policy does not know
 */
export function paperLabel({ label }: Paper, policy: SecurityPolicy, at: Date): string {
  const reviewAt = new Date(at);
  reviewAt.setUTCFullYear(reviewAt.getUTCFullYear() + REVIEW_YEARS);
  return writeStanagLabel({ kind: 'originator', information: toStanag(label, policy), createdAt: at, reviewAt });
}
