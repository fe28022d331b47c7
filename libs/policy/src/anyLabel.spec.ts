import fc from 'fast-check';

import type { Label } from './label.js';
import type { SecurityPolicy } from './policy.js';
import { policyPresets } from './presets/index.js';
import { validateLabel } from './validate.js';

/** Any label that is valid under a policy: what the laws of labels are held to. */
export function anyLabel(policy: SecurityPolicy): fc.Arbitrary<Label> {
  const choices = policy.categories.map(({ tag, type, values }) => {
    const ids = values.map(({ id }) => id);
    const chosen = fc.subarray(ids, { minLength: type === 'PERMISSIVE' ? 0 : 1 });
    return fc.option(
      chosen.map((some) => ({ tag, values: some })),
      { nil: undefined },
    );
  });
  const level = fc.constantFrom(...policy.levels.map(({ id }) => id));
  return fc.record({ level, chosen: fc.tuple(...choices) }).map(({ level: id, chosen }) => ({
    policy: policy.id,
    level: id,
    categories: chosen.filter((category) => category !== undefined),
  }));
}

test.each([...policyPresets.values()])('any label under $name is valid', (policy) => {
  fc.assert(
    fc.property(anyLabel(policy), (label) => {
      expect(validateLabel(label, policy)).toEqual([]);
    }),
  );
});
