import { canonicalLabel, parseLabel } from './label.js';
import type { Clearance, Label } from './label.js';
import { rankOf } from './lookup.js';
import { marking } from './marking.js';
import { canRead, dominates, join } from './order.js';
import { canonicalPolicy, parsePolicy } from './parse.js';
import { fault } from './faults.js';
import { labelError, PolicyError } from './policy.js';
import { genericMinistry } from './presets/genericMinistry.js';
import { validateClearance, validateLabel } from './validate.js';

const NOW = new Date('2026-11-21T10:00:00.000Z');
const policy = genericMinistry;
const category = (tag: string, ...values: string[]) => ({ tag, values });
const label = (level: string, ...categories: Label['categories'][number][]): Label => ({
  policy: policy.id,
  level,
  categories,
});
const clearance: Clearance = label(
  'SECRET',
  category('COMPARTMENT', 'CRYPTO'),
  category('RELEASABLE_TO', 'HOME_STAFF'),
);

describe('canRead', () => {
  test('a person reads up to the own level', () => {
    expect(canRead(clearance, label('SECRET'), policy, NOW)).toBe(true);
    expect(canRead(clearance, label('TOP_SECRET'), policy, NOW)).toBe(false);
  });

  test('every compartment of the label has to be held', () => {
    expect(canRead(clearance, label('RESTRICTED', category('COMPARTMENT', 'CRYPTO')), policy, NOW)).toBe(true);
    expect(canRead(clearance, label('RESTRICTED', category('COMPARTMENT', 'CRYPTO', 'INTEL')), policy, NOW)).toBe(
      false,
    );
  });

  test('one value of each releasability is enough, and an empty one is for the originator only', () => {
    const shared = label('RESTRICTED', category('RELEASABLE_TO', 'LOCAL_STAFF', 'HOME_STAFF'));
    expect(canRead(clearance, shared, policy, NOW)).toBe(true);
    expect(canRead(clearance, label('RESTRICTED', category('RELEASABLE_TO', 'LOCAL_STAFF')), policy, NOW)).toBe(false);
    expect(canRead(clearance, label('RESTRICTED', category('RELEASABLE_TO')), policy, NOW)).toBe(false);
  });

  test('handling words never decide', () => {
    expect(canRead(clearance, label('SECRET', category('HANDLING', 'NODIS')), policy, NOW)).toBe(true);
  });

  test('without a clearance nothing is read, not even what is unclassified', () => {
    expect(canRead(undefined, label('UNCLASSIFIED'), policy, NOW)).toBe(false);
  });

  test.each([
    ['an unknown level', { ...label('COSMIC') }],
    ['another policy', { ...label('RESTRICTED'), policy: 'elsewhere' }],
    ['an unknown category', label('RESTRICTED', category('SECRET_CLUB', 'A'))],
    ['an unknown value', label('RESTRICTED', category('HANDLING', 'WHATEVER'))],
  ])('a label of %s is refused', (_, unknown) => {
    expect(canRead(clearance, unknown, policy, NOW)).toBe(false);
    expect(dominates(label('TOP_SECRET'), unknown, policy)).toBe(false);
    expect(dominates(unknown, label('UNCLASSIFIED'), policy)).toBe(false);
  });

  test('a clearance holds until its end, and an unreadable end is in the past', () => {
    const until = (text: string) => canRead({ ...clearance, until: text }, label('SECRET'), policy, NOW);
    expect(until('2026-11-21T10:00:00.001Z')).toBe(true);
    expect(until('2026-11-21T10:00:00.000Z')).toBe(false);
    expect(until('some day')).toBe(false);
  });
});

describe('dominates', () => {
  test('labels without a common order do not dominate each other', () => {
    const crypto = label('SECRET', category('COMPARTMENT', 'CRYPTO'));
    const intel = label('SECRET', category('COMPARTMENT', 'INTEL'));
    expect(dominates(crypto, intel, policy) || dominates(intel, crypto, policy)).toBe(false);
  });

  test('a message for home staff does not fit a group that anyone may join', () => {
    const message = label('RESTRICTED', category('RELEASABLE_TO', 'HOME_STAFF'));
    expect(dominates(label('SECRET'), message, policy)).toBe(false);
    expect(dominates(label('SECRET', category('RELEASABLE_TO')), message, policy)).toBe(true);
  });
});

describe('join', () => {
  test('takes the highest level, all compartments, the common releasability', () => {
    const joined = join(
      [
        label('SECRET', category('RELEASABLE_TO', 'HOME_STAFF', 'LOCAL_STAFF'), category('HANDLING', 'EXDIS')),
        label('RESTRICTED', category('COMPARTMENT', 'INTEL'), category('RELEASABLE_TO', 'SECONDED_STAFF')),
      ],
      policy,
    );
    const expected = label(
      'SECRET',
      category('COMPARTMENT', 'INTEL'),
      category('HANDLING', 'EXDIS'),
      category('RELEASABLE_TO'),
    );
    expect(joined).toEqual(expected);
    expect(marking(joined, policy)).toBe('SECRET // INTEL // ORIGINATOR ONLY // EXDIS');
  });

  test('names the label that is invalid', () => {
    expect(() => join([label('SECRET'), label('COSMIC')], policy)).toThrow(
      labelError('1.level', 'is no level of the policy generic-ministry'),
    );
  });
});

describe('marking', () => {
  test('follows the order of the policy', () => {
    const text = label(
      'TOP_SECRET',
      category('HANDLING', 'EYES_ONLY', 'NODIS'),
      category('COMPARTMENT', 'INTEL', 'CRYPTO'),
      category('RELEASABLE_TO', 'HOME_STAFF'),
    );
    expect(marking(text, policy)).toBe('TOP SECRET // CRYPTO/INTEL // REL TO HOME STAFF // NODIS/EYES ONLY');
  });

  test('shows what the policy does not know as it is', () => {
    const foreign = label('COSMIC', category('HANDLING', 'BURN'), category('CLUB', 'A', 'B'));
    expect(marking(foreign, policy)).toBe('COSMIC // BURN // A/B');
  });
});

describe('validation names the field', () => {
  test.each([
    ['policy', { ...label('SECRET'), policy: 'elsewhere' }],
    ['level', label('COSMIC')],
    ['categories.0.tag', label('SECRET', category('CLUB', 'A'))],
    ['categories.1.tag', label('SECRET', category('HANDLING', 'NODIS'), category('HANDLING', 'EXDIS'))],
    ['categories.0.values', label('SECRET', category('COMPARTMENT'))],
    ['categories.0.values.1', label('SECRET', category('COMPARTMENT', 'INTEL', 'INTEL'))],
    ['categories.0.values.0', label('SECRET', category('COMPARTMENT', 'NODIS'))],
  ])('%s', (field, wrong) => {
    expect(validateLabel(wrong, policy).map((problem) => problem.field)).toEqual([field]);
  });

  test('until of a clearance', () => {
    expect(validateClearance({ ...clearance, until: 'tomorrow' }, policy)).toEqual([
      { field: 'until', message: 'is no instant' },
    ]);
    expect(validateClearance({ ...clearance, until: '2027-01-01T00:00:00Z' }, policy)).toEqual([]);
  });
});

describe('label text', () => {
  test('has one spelling', () => {
    const text = canonicalLabel(
      label('SECRET', category('HANDLING', 'NODIS', 'EXDIS'), category('COMPARTMENT', 'INTEL')),
    );
    expect(text).toBe(
      '{"categories":[{"tag":"COMPARTMENT","values":["INTEL"]},{"tag":"HANDLING","values":["EXDIS","NODIS"]}],"level":"SECRET","policy":"generic-ministry"}',
    );
  });

  test.each([
    ['no JSON', '{'],
    ['another order of keys', '{"policy":"p","level":"L","categories":[]}'],
    ['spaces', '{"categories":[], "level":"L","policy":"p"}'],
    ['a further key', '{"categories":[],"extra":1,"level":"L","policy":"p"}'],
    ['a missing key', '{"categories":[],"level":"L"}'],
    ['unsorted values', '{"categories":[{"tag":"T","values":["B","A"]}],"level":"L","policy":"p"}'],
    ['values that are no text', '{"categories":[{"tag":"T","values":[1]}],"level":"L","policy":"p"}'],
    ['a list', '[]'],
    ['too long', `{"categories":[],"level":"L","policy":"${'p'.repeat(5000)}"}`],
  ])('parseLabel refuses %s', (_, text) => {
    expect(parseLabel(text)).toBeUndefined();
  });
});

describe('parsePolicy', () => {
  const broken = (change: (copy: Record<string, unknown> & typeof policy) => unknown): string => {
    const copy = JSON.parse(canonicalPolicy(policy)) as Record<string, unknown> & typeof policy;
    return JSON.stringify(change(copy));
  };

  test('reads the preset back', () => {
    expect(parsePolicy(canonicalPolicy(policy))).toEqual(policy);
    expect(rankOf('TOP_SECRET', policy)).toBe(4);
    expect(rankOf('COSMIC', policy)).toBeUndefined();
  });

  test.each([
    ['', () => 'text'],
    ['', (copy: object) => ({ ...copy, extra: 1 })],
    ['id', (copy: object) => ({ ...copy, id: 'Not An Id' })],
    ['levels', (copy: object) => ({ ...copy, levels: [] })],
    [
      'levels.1.rank',
      ({ levels, ...copy }: typeof policy) => ({ ...copy, levels: [levels[0], { ...levels[1], rank: 0 }] }),
    ],
    [
      'levels.1.id',
      ({ levels, ...copy }: typeof policy) => ({ ...copy, levels: [levels[0], { ...levels[1], id: 'UNCLASSIFIED' }] }),
    ],
    [
      'levels.0.colour',
      ({ levels, ...copy }: typeof policy) => ({ ...copy, levels: [{ ...levels[0], colour: 'red' }] }),
    ],
    [
      'categories.0.type',
      ({ categories, ...copy }: typeof policy) => ({ ...copy, categories: [{ ...categories[0], type: 'SECRETIVE' }] }),
    ],
    [
      'categories.0.values',
      ({ categories, ...copy }: typeof policy) => ({ ...copy, categories: [{ ...categories[0], values: [] }] }),
    ],
    [
      'precedences.0.handlingMinutes',
      ({ precedences, ...copy }: typeof policy) => ({
        ...copy,
        precedences: [{ ...precedences[0], handlingMinutes: 0 }],
      }),
    ],
  ])('names the path %p', (path, change) => {
    const parse = (): unknown => parsePolicy(broken(change));
    expect(parse).toThrow(PolicyError);
    expect(parse).toThrow(expect.objectContaining({ path }) as Error);
  });

  test('refuses what is no JSON', () => {
    expect(() => parsePolicy('{')).toThrow(new PolicyError('', fault('NO_JSON')));
  });
});
