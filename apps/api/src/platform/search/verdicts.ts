import { canRead, isExpired } from '#policy';
import type { Clearance, Label, SecurityPolicy } from '#policy';

/** So many clearances are remembered; the one that was asked for first goes first. */
const MOST_CLEARANCES = 1000;

/** What `canRead` has said of labels. Policies, clearances and labels are never changed, only replaced by others. */
const known = new WeakMap<SecurityPolicy, Map<string, WeakMap<Label, boolean>>>();

/**
 * `canRead` for one clearance at one moment, of each of the many labels in use: every request about papers asks it for all of them.
 * Only the end of a clearance depends on the time, and is looked at anew.
 */
export function verdictsFor(
  clearance: Clearance | undefined,
  policy: SecurityPolicy,
  now: Date,
): (label: Label) => boolean {
  if (!clearance || isExpired(clearance, now)) return () => false;
  const verdicts = verdictsOf(clearance, policy);
  return (label) => {
    const verdict = verdicts.get(label) ?? canRead(clearance, label, policy, now);
    verdicts.set(label, verdict);
    return verdict;
  };
}

function verdictsOf(clearance: Clearance, policy: SecurityPolicy): WeakMap<Label, boolean> {
  const byClearance = known.get(policy) ?? new Map<string, WeakMap<Label, boolean>>();
  known.set(policy, byClearance);
  const { policy: id, level, categories, until } = clearance;
  const key = JSON.stringify([id, level, categories, until]);
  const verdicts = byClearance.get(key) ?? new WeakMap<Label, boolean>();
  byClearance.set(key, verdicts);
  const [first] = byClearance.keys();
  if (byClearance.size > MOST_CLEARANCES && first !== undefined) byClearance.delete(first);
  return verdicts;
}
