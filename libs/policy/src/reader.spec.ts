import fc from 'fast-check';

import { anyLabel } from './anyLabel.spec.js';
import type { Clearance, Label } from './label.js';
import { canRead, dominates, join } from './order.js';
import type { SecurityPolicy } from './policy.js';
import { policyPresets } from './presets/index.js';
import { effectiveClearance } from './reader.js';
import { downgradeOf, validateChoice } from './writing.js';

const NOW = new Date('2026-11-21T10:00:00.000Z');
const presets = [...policyPresets.values()];
const usa = policyPresets.get('usa') as SecurityPolicy;
/** The US policy in which the role PLANNER holds NODIS. */
const withRole: SecurityPolicy = {
  ...usa,
  categories: usa.categories.map((category) => ({
    ...category,
    values: category.values.map((value) => (value.id === 'NODIS' ? { ...value, role: 'PLANNER' } : value)),
  })),
};
const label = (level: string, ...categories: Label['categories'][number][]): Label => ({
  policy: 'usa',
  level,
  categories,
});
const clearance: Clearance = { policy: 'usa', level: 'SECRET', categories: [] };
const nodis = label('SECRET', { tag: 'CAPTION', values: ['NODIS'] });

const stories = fc.constantFrom(...presets).chain((policy) =>
  fc.record({
    policy: fc.constant(policy),
    clearance: anyLabel(policy),
    a: anyLabel(policy),
    b: anyLabel(policy),
    target: anyLabel(policy),
    ceiling: fc.constantFrom(...policy.levels.map(({ id }) => id)),
  }),
);

describe('what a reader holds', () => {
  test('is the clearance, where there is neither role nor ceiling', () => {
    fc.assert(
      fc.property(stories, ({ policy, clearance: held, a }) => {
        const reads = canRead(effectiveClearance({ clearance: held }, policy), a, policy, NOW);
        expect(reads).toBe(canRead(held, a, policy, NOW));
      }),
    );
  });

  test('never grows by a ceiling, and reaches no level above it', () => {
    fc.assert(
      fc.property(stories, ({ policy, clearance: held, a, ceiling }) => {
        const reads = canRead(effectiveClearance({ clearance: held, ceiling }, policy), a, policy, NOW);
        const below = dominates({ policy: policy.id, level: ceiling, categories: a.categories }, a, policy);
        expect(reads).toBe(canRead(held, a, policy, NOW) && below);
      }),
    );
  });

  test('a caption is held by the role that it asks for, or by clearance', () => {
    const reads = (roles: string[], categories: Clearance['categories'] = []): boolean =>
      canRead(effectiveClearance({ clearance: { ...clearance, categories }, roles }, withRole), nodis, withRole, NOW);
    expect(reads([])).toBe(false);
    expect(reads(['MEMBER'])).toBe(false);
    expect(reads(['MEMBER', 'PLANNER'])).toBe(true);
    expect(reads([], [{ tag: 'CAPTION', values: ['NODIS'] }])).toBe(true);
  });

  test('a role holds nothing above the level, and nothing without a clearance', () => {
    const high = { ...nodis, level: 'TOP_SECRET' };
    const reads = (held: Clearance | undefined, asked: Label): boolean =>
      canRead(effectiveClearance({ clearance: held, roles: ['PLANNER'] }, withRole), asked, withRole, NOW);
    expect(reads(clearance, high)).toBe(false);
    expect(reads(undefined, label('UNCLASSIFIED'))).toBe(false);
    expect(reads({ ...clearance, until: NOW.toISOString() }, nodis)).toBe(false);
  });

  test('an unknown ceiling shows nothing', () => {
    expect(effectiveClearance({ clearance, ceiling: 'HUSH' }, usa)).toBeUndefined();
  });
});

describe('writing', () => {
  test('is a downgrade exactly where the label does not dominate all of its sources', () => {
    fc.assert(
      fc.property(stories, ({ policy, a, b, target }) => {
        const downgrade = downgradeOf(target, [a, b], policy);
        const keeps = dominates(target, a, policy) && dominates(target, b, policy);
        expect(downgrade === undefined).toBe(keeps);
        if (!downgrade) return;
        expect(downgrade.least).toEqual(join([a, b], policy));
        expect(downgrade.level !== undefined || downgrade.dropped.length + downgrade.widened.length > 0).toBe(true);
      }),
    );
  });

  test('says what a downgrade gives up', () => {
    const source = label('SECRET', { tag: 'NOFORN', values: ['NOFORN'] }, { tag: 'RELEASABLE_TO', values: ['USA'] });
    const target = label('CONFIDENTIAL', { tag: 'RELEASABLE_TO', values: ['USA', 'GBR'] });
    expect(downgradeOf(target, [source], usa)).toMatchObject({
      level: { from: 'SECRET', to: 'CONFIDENTIAL' },
      dropped: [{ tag: 'NOFORN', values: ['NOFORN'] }],
      widened: [{ tag: 'RELEASABLE_TO', values: ['GBR'] }],
    });
    expect(downgradeOf(label('SECRET', { tag: 'NOFORN', values: ['NOFORN'] }), [source], usa)?.widened).toEqual([
      { tag: 'RELEASABLE_TO', values: [] },
    ]);
  });

  test('captions that exclude each other are not chosen together, and a joined label may hold both', () => {
    const both = label('SECRET', { tag: 'CAPTION', values: ['EXDIS', 'NODIS'] });
    expect(validateChoice(both, usa)).toEqual([
      { field: 'categories.0.values.0', message: "can't stand beside NODIS: choose one" },
      { field: 'categories.0.values.1', message: "can't stand beside EXDIS: choose one" },
    ]);
    expect(validateChoice(nodis, usa)).toEqual([]);
    const exdis = label('SECRET', { tag: 'CAPTION', values: ['EXDIS'] });
    expect(join([nodis, exdis], usa)).toEqual(both);
  });

  test('a label that is wrong in itself is said to be', () => {
    expect(validateChoice(label('HUSH'), usa)).toEqual([{ field: 'level', message: 'is no level of the policy usa' }]);
  });
});
