import { validateClearance } from '#policy';
import type { SecurityPolicy } from '#policy';
import { StatementError } from '#transparency';
import type { Clear, Directory, VerifiedStatement } from '#transparency';

import { Refusal } from '../../platform/refusal.js';

/** A signer's clock may be ahead of the server's by this much. */
const MAX_AHEAD_MS = 10 * 60_000;

interface Circumstances {
  readonly policy: SecurityPolicy;
  readonly now: Date;
}

/**
 * Verifies one statement as the next of a draft directory, and enters it there. Beside the chain of signatures, which
 * clients verify in the same way, the server looks at the clock and at the security policy in force.
 * Throws STATEMENT_INVALID with `field`, which says which of the caller's statements it was.
 */
export function verifyNext(
  draft: Directory,
  payload: Uint8Array,
  field: string,
  { policy, now }: Circumstances,
): VerifiedStatement {
  const statement = applyNext(draft, payload, field);
  if (statement.body.at > now.getTime() + MAX_AHEAD_MS) {
    throw invalid(field, `at is more than ${String(MAX_AHEAD_MS / 60_000)} minutes ahead of the server's clock`);
  }
  if (statement.body.type === 'clear') requireValidClearance(statement.body, policy, field);
  return statement;
}

/** A refusal of the caller's statement that stands in `field`. */
export function invalid(field: string, problem: string): Refusal {
  return new Refusal('STATEMENT_INVALID', problem, { field });
}

function applyNext(draft: Directory, payload: Uint8Array, field: string): VerifiedStatement {
  try {
    return draft.apply(payload, draft.head + 1);
  } catch (error) {
    if (error instanceof StatementError) throw invalid(field, `${error.code}: ${error.message}`);
    throw error;
  }
}

function requireValidClearance({ policy: id, level, categories }: Clear, policy: SecurityPolicy, field: string): void {
  const [problem] = validateClearance({ policy: id, level, categories }, policy);
  if (problem) throw invalid(field, `${problem.field} ${problem.message}`);
}
