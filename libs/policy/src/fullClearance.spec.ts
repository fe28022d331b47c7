import fc from 'fast-check';

import { anyLabel } from './anyLabel.spec.js';
import { fullClearance } from './fullClearance.js';
import type { Label } from './label.js';
import { canRead } from './order.js';
import type { SecurityPolicy } from './policy.js';
import { policyPresets } from './presets/index.js';
import { validateClearance } from './validate.js';

const NOW = new Date('2026-11-21T10:00:00.000Z');

/** A PERMISSIVE category without values lets nobody in but the originator. */
const isForOthers = ({ categories }: Label, policy: SecurityPolicy): boolean =>
  categories.every(
    ({ tag, values }) =>
      values.length > 0 || policy.categories.every((known) => known.tag !== tag || known.type !== 'PERMISSIVE'),
  );

test.each([...policyPresets.values()])(
  'who holds everything under $name reads all that is not for one person',
  (policy) => {
    expect(validateClearance(fullClearance(policy), policy)).toEqual([]);
    fc.assert(
      fc.property(anyLabel(policy), (label) => {
        expect(canRead(fullClearance(policy), label, policy, NOW)).toBe(isForOthers(label, policy));
      }),
    );
  },
);
