import fc from 'fast-check';

import { anyLabel } from './anyLabel.spec.js';
import type { Clearance, Label } from './label.js';
import { canonicalLabel, parseLabel } from './label.js';
import { canRead, dominates, join } from './order.js';
import { CATEGORY_TYPES } from './policy.js';
import type { SecurityPolicy } from './policy.js';
import { canonicalPolicy, parsePolicy } from './parse.js';
import { validateLabel } from './validate.js';

const NOW = new Date('2026-11-21T10:00:00.000Z');

const policies: fc.Arbitrary<SecurityPolicy> = fc
  .record({
    ranks: fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 4 }),
    categories: fc.array(
      fc.record({ type: fc.constantFrom(...CATEGORY_TYPES), size: fc.integer({ min: 1, max: 3 }) }),
      {
        maxLength: 4,
      },
    ),
  })
  .map(({ ranks, categories }) => ({
    id: 'generated',
    name: 'Generated',
    levels: ranks.map((rank, index) => ({
      id: `L${String(index)}`,
      rank,
      marking: `LEVEL ${String(index)}`,
      colour: '#000000',
    })),
    categories: categories.map(({ type, size }, index) => ({
      tag: `T${String(index)}`,
      type,
      values: Array.from({ length: size }, (_, value) => ({
        id: `V${String(value)}`,
        marking: `VALUE ${String(value)}`,
      })),
    })),
    precedences: [{ id: 'ROUTINE', rank: 0, marking: 'Routine', handlingMinutes: 360 }],
  }));

const withLabels = policies.chain((policy) =>
  fc.record({
    policy: fc.constant(policy),
    a: anyLabel(policy),
    b: anyLabel(policy),
    c: anyLabel(policy),
    clearance: anyLabel(policy),
    other: anyLabel(policy),
  }),
);

/** Without INFORMATIVE values, which never decide. */
function deciding(label: Label, policy: SecurityPolicy): string {
  const informative = new Set(policy.categories.filter(({ type }) => type === 'INFORMATIVE').map(({ tag }) => tag));
  return canonicalLabel({ ...label, categories: label.categories.filter(({ tag }) => !informative.has(tag)) });
}

/** Level and every value of both. */
function merged(a: Clearance, b: Clearance, policy: SecurityPolicy): Clearance {
  const rank = (id: string): number => policy.levels.find((level) => level.id === id)?.rank ?? -1;
  const categories = policy.categories.flatMap(({ tag }) => {
    const values = [a, b].flatMap((held) => held.categories.find((category) => category.tag === tag)?.values ?? []);
    return values.length === 0 ? [] : [{ tag, values: [...new Set(values)] }];
  });
  return { policy: policy.id, level: rank(a.level) >= rank(b.level) ? a.level : b.level, categories };
}

const runs = { numRuns: 500 };

describe('the order of labels', () => {
  test('every generated label is valid under its policy', () => {
    fc.assert(
      fc.property(withLabels, ({ policy, a }) => {
        expect(validateLabel(a, policy)).toEqual([]);
      }),
      runs,
    );
  });

  test('a label dominates itself', () => {
    fc.assert(
      fc.property(withLabels, ({ policy, a }) => {
        expect(dominates(a, a, policy)).toBe(true);
      }),
      runs,
    );
  });

  test('two labels that dominate each other decide alike', () => {
    fc.assert(
      fc.property(withLabels, ({ policy, a, b }) => {
        const mutual = dominates(a, b, policy) && dominates(b, a, policy);
        expect(mutual).toBe(deciding(a, policy) === deciding(b, policy));
      }),
      runs,
    );
  });

  test('dominance is transitive', () => {
    fc.assert(
      fc.property(withLabels, ({ policy, a, b, c }) => {
        const upper = join([a, b], policy);
        expect(dominates(upper, a, policy)).toBe(true);
        if (dominates(b, c, policy)) expect(dominates(upper, c, policy)).toBe(true);
        if (dominates(a, b, policy) && dominates(b, c, policy)) expect(dominates(a, c, policy)).toBe(true);
      }),
      runs,
    );
  });
});

describe('join', () => {
  test('is an upper bound, and valid', () => {
    fc.assert(
      fc.property(withLabels, ({ policy, a, b }) => {
        const upper = join([a, b], policy);
        expect(validateLabel(upper, policy)).toEqual([]);
        expect(dominates(upper, a, policy) && dominates(upper, b, policy)).toBe(true);
      }),
      runs,
    );
  });

  test('is the least of the upper bounds', () => {
    fc.assert(
      fc.property(withLabels, ({ policy, a, b, c }) => {
        const bounds = dominates(c, a, policy) && dominates(c, b, policy);
        expect(dominates(c, join([a, b], policy), policy)).toBe(bounds);
      }),
      runs,
    );
  });

  test('does not depend on order, grouping or repetition', () => {
    fc.assert(
      fc.property(withLabels, ({ policy, a, b, c }) => {
        const all = join([a, b, c], policy);
        expect(join([c, b, a, b], policy)).toEqual(all);
        expect(join([a, join([b, c], policy)], policy)).toEqual(all);
      }),
      runs,
    );
  });

  test('of nothing is below every label', () => {
    fc.assert(
      fc.property(withLabels, ({ policy, a }) => {
        expect(dominates(a, join([], policy), policy)).toBe(true);
      }),
      runs,
    );
  });
});

describe('reading', () => {
  test('whoever may read a label may read everything that it dominates', () => {
    fc.assert(
      fc.property(withLabels, ({ policy, a, b, clearance }) => {
        const upper = join([a, b], policy);
        if (canRead(clearance, upper, policy, NOW)) expect(canRead(clearance, a, policy, NOW)).toBe(true);
        if (canRead(clearance, a, policy, NOW) && dominates(a, b, policy)) {
          expect(canRead(clearance, b, policy, NOW)).toBe(true);
        }
      }),
      runs,
    );
  });

  test('a greater clearance never reads less', () => {
    fc.assert(
      fc.property(withLabels, ({ policy, a, clearance, other }) => {
        const greater = merged(clearance, other, policy);
        if (canRead(clearance, a, policy, NOW)) expect(canRead(greater, a, policy, NOW)).toBe(true);
      }),
      runs,
    );
  });

  test('an expired clearance reads nothing', () => {
    const until = fc.date({ min: new Date(0), max: NOW, noInvalidDate: true }).map((date) => date.toISOString());
    fc.assert(
      fc.property(withLabels, until, ({ policy, a, clearance }, end) => {
        expect(canRead({ ...clearance, until: end }, a, policy, NOW)).toBe(false);
      }),
      runs,
    );
  });
});

describe('canonical texts', () => {
  test('a label comes back from its text, whatever the order it was written in', () => {
    fc.assert(
      fc.property(withLabels, ({ a }) => {
        const shuffled = {
          ...a,
          categories: a.categories.map((c) => ({ ...c, values: c.values.toReversed() })).toReversed(),
        };
        expect(canonicalLabel(shuffled)).toBe(canonicalLabel(a));
        const parsed = parseLabel(canonicalLabel(a));
        expect(parsed && canonicalLabel(parsed)).toBe(canonicalLabel(a));
      }),
      runs,
    );
  });

  test('a policy comes back from its text', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect(parsePolicy(canonicalPolicy(policy))).toEqual(policy);
      }),
      { numRuns: 200 },
    );
  });
});
