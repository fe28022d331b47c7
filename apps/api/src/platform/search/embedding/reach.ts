import { dominates } from '#policy';
import type { Clearance, Label, SecurityPolicy } from '#policy';

/**
 * Whether a paper with this label may be sent to a service that is trusted up to a level: the level is not exceeded, and the label
 * restricts by nothing else. False for a level, or a label, that the policy does not know.
 */
export function isWithin(label: Label, level: string, policy: SecurityPolicy): boolean {
  return dominates({ policy: policy.id, level, categories: [] }, label, policy);
}

/**
 * Whether questions of somebody with this clearance may be sent there: neither its level nor a need-to-know reaches beyond. Whom it is
 * releasable to tells nothing of what somebody knows.
 */
export function asksWithin(
  { policy: of, level: held, categories }: Clearance,
  level: string,
  policy: SecurityPolicy,
): boolean {
  const knows = new Set(policy.categories.flatMap(({ tag, type }) => (type === 'RESTRICTIVE' ? [tag] : [])));
  const asked = { policy: of, level: held, categories: categories.filter(({ tag }) => knows.has(tag)) };
  return isWithin(asked, level, policy);
}
