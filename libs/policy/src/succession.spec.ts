import { canonicalPolicy, parsePolicy } from './parse.js';
import { impactOn, lostBy } from './change.js';
import type { Label } from './label.js';
import { rankOf } from './lookup.js';
import { marking } from './marking.js';
import { canRead, dominates, join } from './order.js';
import type { SecurityPolicy } from './policy.js';
import { genericMinistry } from './presets/genericMinistry.js';
import { effectiveClearance } from './reader.js';
import { freshnessDays } from './freshness.js';
import { validateLabel } from './validate.js';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const without = (level: string, policy: SecurityPolicy = genericMinistry): SecurityPolicy => ({
  ...policy,
  levels: policy.levels.filter(({ id }) => id !== level),
});
const label = (level: string, categories: Label['categories'] = [], policy = genericMinistry.id): Label => ({
  policy,
  level,
  categories,
});
const compartment = (...values: string[]) => [{ tag: 'COMPARTMENT', values }];
const MERGED: SecurityPolicy = {
  ...without('CONFIDENTIAL'),
  successions: [{ policy: genericMinistry.id, levels: [{ from: 'CONFIDENTIAL', to: 'SECRET' }] }],
};

describe('a policy that succeeds another', () => {
  test('reads the level that is gone as the one in its place, for labels and for clearances', () => {
    expect(marking(label('CONFIDENTIAL'), MERGED)).toBe('SECRET');
    expect(rankOf('CONFIDENTIAL', MERGED)).toBe(rankOf('SECRET', MERGED));
    expect(canRead(label('CONFIDENTIAL'), label('SECRET'), MERGED, NOW)).toBe(true);
    expect(canRead(label('RESTRICTED'), label('CONFIDENTIAL'), MERGED, NOW)).toBe(false);
    expect(dominates(label('CONFIDENTIAL'), label('SECRET'), MERGED)).toBe(true);
    expect(join([label('CONFIDENTIAL'), label('RESTRICTED')], MERGED).level).toBe('SECRET');
    expect(effectiveClearance({ clearance: label('CONFIDENTIAL') }, MERGED)?.level).toBe('SECRET');
    expect(freshnessDays(label('CONFIDENTIAL'), MERGED)).toBe(freshnessDays(label('SECRET'), MERGED));
  });

  test('refuses to everybody what it has given no successor', () => {
    const policy = without('CONFIDENTIAL');
    expect(canRead(label('TOP_SECRET'), label('CONFIDENTIAL'), policy, NOW)).toBe(false);
    expect(canRead(label('CONFIDENTIAL'), label('UNCLASSIFIED'), policy, NOW)).toBe(false);
    expect(validateLabel(label('CONFIDENTIAL'), policy)).toEqual([
      { field: 'level', message: `is no level of the policy ${policy.id}` },
    ]);
  });

  test('takes over the labels of a policy with another name, and of none that it does not mention', () => {
    const next: SecurityPolicy = {
      ...genericMinistry,
      id: 'ministry-2027',
      successions: [{ policy: genericMinistry.id, levels: [{ from: 'SECRET', to: 'TOP_SECRET' }] }],
    };
    expect(marking(label('SECRET'), next)).toBe('TOP SECRET');
    expect(marking(label('SECRET', [], 'ministry-2027'), next)).toBe('SECRET');
    expect(canRead(label('SECRET'), label('TOP_SECRET', [], 'ministry-2027'), next, NOW)).toBe(true);
    expect(canRead(label('SECRET', [], 'elsewhere'), label('UNCLASSIFIED', [], 'ministry-2027'), next, NOW)).toBe(
      false,
    );
  });

  test('moves compartments, and never opens what was for the originator only', () => {
    const next: SecurityPolicy = {
      ...genericMinistry,
      id: 'next',
      successions: [
        {
          policy: genericMinistry.id,
          categories: [{ fromTag: 'COMPARTMENT', fromValue: 'CRYPTO', toTag: 'COMPARTMENT', toValue: 'INTEL' }],
        },
      ],
    };
    const intel = label('SECRET', compartment('INTEL'), 'next');
    expect(canRead(label('SECRET', compartment('CRYPTO')), intel, next, NOW)).toBe(true);
    expect(canRead(label('SECRET'), label('SECRET', compartment('CRYPTO')), next, NOW)).toBe(false);
    const held = [{ tag: 'RELEASABLE_TO', values: ['HOME_STAFF'] }];
    expect(canRead(label('SECRET', held), label('SECRET', [{ tag: 'RELEASABLE_TO', values: [] }]), next, NOW)).toBe(
      false,
    );
  });

  test('is read strictly', () => {
    const text = (successions: SecurityPolicy['successions']) =>
      canonicalPolicy({ ...genericMinistry, ...(successions && { successions }) });
    expect(parsePolicy(canonicalPolicy(MERGED))).toEqual(MERGED);
    const policy = genericMinistry.id;
    const bad: [SecurityPolicy['successions'], RegExp][] = [
      [[{ policy, levels: [{ from: 'COSMIC', to: 'NOWHERE' }] }], /levels\.0\.to: is no level/u],
      [
        [{ policy, levels: [{ from: 'SECRET', to: 'TOP_SECRET' }] }],
        /levels\.0\.from: is a level that the policy still/u,
      ],
      [[{ policy: 'old' }, { policy: 'old' }], /successions\.1\.policy/u],
      [
        [{ policy, categories: [{ fromTag: 'X', fromValue: 'Y', toTag: 'COMPARTMENT', toValue: 'Z' }] }],
        /names no value/u,
      ],
    ];
    for (const [successions, problem] of bad) expect(() => parsePolicy(text(successions))).toThrow(problem);
  });
});

describe('the check before a policy is signed', () => {
  test('finds every level and value that would be left without a meaning', () => {
    expect(lostBy(genericMinistry, genericMinistry)).toEqual([]);
    expect(lostBy(genericMinistry, MERGED)).toEqual([]);
    expect(lostBy(genericMinistry, without('CONFIDENTIAL'))).toEqual([`CONFIDENTIAL of ${genericMinistry.id}`]);
    const categories = genericMinistry.categories.filter(({ tag }) => tag !== 'COMPARTMENT');
    expect(lostBy(genericMinistry, { ...genericMinistry, categories })).toContain(
      `COMPARTMENT CRYPTO of ${genericMinistry.id}`,
    );
    expect(lostBy(genericMinistry, { ...genericMinistry, id: 'another' }).length).toBeGreaterThan(3);
  });

  test('remembers what an earlier policy was succeeded in', () => {
    expect(lostBy(MERGED, without('CONFIDENTIAL'))).toEqual([`CONFIDENTIAL of ${genericMinistry.id}`]);
  });

  test('counts who would read more and who less', () => {
    const clearances = [
      { marked: label('CONFIDENTIAL'), count: 3 },
      { marked: label('RESTRICTED'), count: 5 },
    ];
    const labels = [
      { marked: label('CONFIDENTIAL'), count: 7 },
      { marked: label('SECRET'), count: 2 },
    ];
    expect(impactOn(labels, clearances, { current: genericMinistry, next: MERGED, now: NOW })).toMatchObject([
      { count: 7, before: 'CONFIDENTIAL', after: 'SECRET', gained: 0, lost: 0 },
      { count: 2, before: 'SECRET', after: 'SECRET', gained: 3, lost: 0 },
    ]);
  });
});
