import { PolicyError, canonicalPolicy, parsePolicy } from '#policy';
import type { SecurityPolicy } from '#policy';

import { Refusal } from '../../platform/refusal.js';

/** A policy from the text whose hash is signed: its canonical one. Throws POLICY_INVALID with `field`. */
export function readPolicyText(text: string, field: string): SecurityPolicy {
  const policy = parse(text, field);
  if (canonicalPolicy(policy) !== text) throw invalidPolicy('is not in canonical form', field);
  return policy;
}

/** A refusal of the policy that stands in `field`. */
export function invalidPolicy(problem: string, field: string): Refusal {
  return new Refusal('POLICY_INVALID', problem, { field });
}

function parse(text: string, field: string): SecurityPolicy {
  try {
    return parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) throw invalidPolicy(`is no security policy: ${error.message}`, field);
    throw error;
  }
}
