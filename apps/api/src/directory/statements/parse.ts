import { StatementError, decodeStatement } from '#transparency';
import type { UnverifiedStatement } from '#transparency';

import { invalid } from './verifyNext.js';

/** The statement that stands in `field` of a request, parsed but not verified. Throws STATEMENT_INVALID. */
export function parse(payload: Uint8Array, field: string): UnverifiedStatement {
  try {
    return decodeStatement(payload);
  } catch (error) {
    if (error instanceof StatementError) throw invalid(field, `${error.code}: ${error.message}`);
    throw error;
  }
}

/** Where statement number `index` of a list stands. */
export function placeOf(index: number, path = 'statements'): string {
  return `${path}.${String(index)}`;
}
