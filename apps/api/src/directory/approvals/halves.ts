import { equalBytes } from '#primitives/verify';
import { isForTwo, isSignedBy } from '#transparency';
import type { Directory, Policy, Signer, UnverifiedStatement } from '#transparency';

import type { Caller } from '../../access/index.js';
import { Refusal } from '../../platform/refusal.js';
import { POWER_FOR_TWO } from '../statements/newOfficers.js';
import { parse, placeOf } from '../statements/parse.js';
import { requireOwn } from '../statements/statements.service.js';
import { invalid } from '../statements/verifyNext.js';

/**
 * First halves: acts for two, signed by the caller, who holds the power. The rest is verified when they are whole.
 * Throws STATEMENT_INVALID, FORBIDDEN.
 */
export function requireFirstHalves(
  payloads: readonly Uint8Array[],
  caller: Caller,
  directory: Directory,
  now: Date,
): void {
  for (const [index, payload] of payloads.entries()) {
    const field = placeOf(index, 'input.statements');
    const statement = parse(payload, field);
    const { body, signer, second } = statement;
    const power = isForTwo(body) ? POWER_FOR_TWO[body.type] : undefined;
    if (!power || second) throw invalid(field, `a statement ${body.type} with these signatures waits for nobody`);
    requireOwn(signer, caller, directory);
    const key = keyOf(signer, directory);
    if (!key || !isSignedBy(statement, key)) throw invalid(field, 'SIGNATURE_INVALID: the signature does not verify');
    if (!directory.powersOf(caller.personId, now).has(power)) {
      throw invalid(field, `POWER_MISSING: the signer does not hold the power ${power}`);
    }
  }
}

/** The security policy that an act puts in force. Throws STATEMENT_INVALID: such a statement stands alone. */
export function policyAmong(payloads: readonly Uint8Array[]): Policy | undefined {
  const bodies = payloads.map((payload, index) => parse(payload, placeOf(index, 'input.statements')).body);
  const [policy] = bodies.filter((body) => body.type === 'policy');
  // what else is said together with it would be read under one policy or the other
  if (policy && bodies.length > 1) throw invalid('input.statements', 'a policy comes into force by itself');
  return policy;
}

/** The same acts in the same order, now with the caller's signature beside the first. Throws STATEMENT_INVALID, FORBIDDEN. */
export function requireSecondHalves(
  whole: readonly Uint8Array[],
  proposed: readonly Uint8Array[],
  caller: Caller,
  directory: Directory,
): void {
  const sameCount = whole.length === proposed.length;
  if (!sameCount) throw invalid('statements', 'are not those that were proposed');
  for (const [index, payload] of whole.entries()) {
    const field = placeOf(index);
    const statement = parse(payload, field);
    const first = parse(proposed[index] ?? new Uint8Array(), field);
    if (!statement.second) throw invalid(field, 'lacks the second signature');
    if (!isSameHalf(statement, first)) throw invalid(field, 'is not the statement that was proposed');
    requireOwn(statement.second.signer, caller, directory);
  }
}

/** Nobody is the second officer of the own act. Throws APPROVAL_OWN. */
export function requireOther({ proposerId }: { readonly proposerId: string }, { personId }: Caller): void {
  if (proposerId === personId) throw new Refusal('APPROVAL_OWN', 'nobody approves the own act', { field: 'id' });
}

function isSameHalf(statement: UnverifiedStatement, first: UnverifiedStatement): boolean {
  return (
    equalBytes(statement.bytesToSign, first.bytesToSign) &&
    equalBytes(statement.signature, first.signature) &&
    statement.signer.kind === first.signer.kind &&
    idOf(statement.signer) === idOf(first.signer)
  );
}

const idOf = (signer: Signer): string | undefined => (signer.kind === 'root' ? undefined : signer.id);

function keyOf(signer: Signer, directory: Directory): Uint8Array | undefined {
  if (signer.kind === 'person') return directory.person(signer.id)?.identityKey;
  return signer.kind === 'device' ? directory.device(signer.id)?.signatureKey : undefined;
}
