import { translateLabel } from '../equivalence.js';
import type { ForeignLabel } from '../equivalence.js';
import { marking, portionMark } from '../marking.js';
import { canonicalPolicy, parsePolicy } from '../parse.js';
import { PolicyError } from '../policy.js';
import type { SecurityPolicy } from '../policy.js';
import { genericMinistry, policyPresets } from './index.js';

const NOW = new Date('2026-11-21T10:00:00.000Z');
const preset = (id: string): SecurityPolicy => policyPresets.get(id) ?? genericMinistry;
const foreign = (policy: string, level: string, ...categories: ForeignLabel['categories']): ForeignLabel => ({
  policy,
  level,
  categories,
});
const translated = (label: ForeignLabel, to: string, at = NOW): string => {
  try {
    const { label: meaning, action, dropped } = translateLabel(label, preset(to), at);
    return [action, marking(meaning, preset(to)), ...dropped.flatMap(({ values }) => values)].join(', ');
  } catch (error) {
    if (error instanceof PolicyError) return error.message;
    throw error;
  }
};

describe('presets', () => {
  test.each([...policyPresets.values()])('$name is a policy that can be read', (policy) => {
    expect(parsePolicy(canonicalPolicy(policy))).toEqual(policy);
  });

  test('there are those of a ministry, the EU, NATO, the UK, the US and France', () => {
    expect([...policyPresets.keys()]).toEqual(['generic-ministry', 'eu', 'nato', 'gbr', 'usa', 'fra']);
  });

  test('markings and portion marks are those that people know', () => {
    const label = {
      policy: 'usa',
      level: 'TOP_SECRET',
      categories: [
        { tag: 'CONTROL_SYSTEM', values: ['TK', 'SI'] },
        { tag: 'NOFORN', values: ['NOFORN'] },
      ],
    };
    expect(marking(label, preset('usa'))).toBe('TOP SECRET // SI/TALENT KEYHOLE // NOFORN');
    expect(portionMark(label, preset('usa'))).toBe('(TS//SI/TK//NF)');
    expect(portionMark({ policy: 'eu', level: 'RESTREINT_UE', categories: [] }, preset('eu'))).toBe('(R-UE/EU-R)');
    expect(
      portionMark({ policy: 'usa', level: 'GONE', categories: [{ tag: 'OLD', values: ['X'] }] }, preset('usa')),
    ).toBe('(GONE//X)');
  });
});

describe('equivalences', () => {
  test.each([
    ['EU', 'SECRET UE/EU SECRET', 'fra', 'map, SECRET'],
    ['eu', 'confidentiel ue/eu confidential', 'fra', 'upgrade, SECRET'],
    ['EU', 'CONFIDENTIEL UE/EU CONFIDENTIAL', 'gbr', 'upgrade, SECRET'],
    ['FRA', 'SECRET', 'eu', 'map, SECRET UE/EU SECRET'],
    [
      'NATO',
      'TOP SECRET',
      'eu',
      'level: NATO TOP SECRET may not be taken over under European Union classified information',
    ],
    ['MOON', 'SECRET', 'eu', 'policy: European Union classified information has no equivalences for the policy MOON'],
  ])('%s %s is read under %s', (policy, level, to, expected) => {
    expect(translated(foreign(policy, level), to)).toBe(expected);
  });

  test('hold at a time: the French SECRET exists since July 2021, in Paris', () => {
    const secret = foreign('FRA', 'SECRET');
    expect(translated(secret, 'eu', new Date('2021-07-01T00:00:00+02:00'))).toBe('map, SECRET UE/EU SECRET');
    expect(translated(secret, 'eu', new Date('2021-06-30T23:59:59+02:00'))).toContain('has no level for FRA SECRET at');
  });

  test('lead in one direction', () => {
    expect(translated(foreign('USA', 'SECRET'), 'nato')).toContain('has no equivalences for the policy USA');
  });

  test('never leave a restriction out, and say which remarks they leave out', () => {
    const atomal = { tag: 'Additional Sensitivity', type: 'RESTRICTIVE' as const, values: ['ATOMAL'] };
    const releasable = { tag: 'Releasable To', type: 'PERMISSIVE' as const, values: ['AUT'] };
    const nobody = { tag: 'Releasable To', type: 'PERMISSIVE' as const, values: [] };
    const remark = { tag: 'Administrative', type: 'INFORMATIVE' as const, values: ['STAFF'] };
    expect(translated(foreign('NATO', 'SECRET', atomal), 'gbr')).toContain(
      'Additional Sensitivity ATOMAL restricts and has no equal',
    );
    expect(translated(foreign('NATO', 'SECRET', releasable), 'gbr')).toContain(
      'Releasable To AUT restricts and has no equal',
    );
    expect(translated(foreign('NATO', 'SECRET', nobody), 'gbr')).toContain('originator only');
    expect(translated(foreign('NATO', 'SECRET', remark), 'gbr')).toBe('map, SECRET, STAFF');
  });

  test('carry values over where a row says so', () => {
    const rows = preset('eu').equivalences?.map((row) => ({
      ...row,
      categories: [{ fromTag: 'Additional Sensitivity', fromValue: 'ATOMAL', toTag: 'SPECIAL', toValue: 'ATOMAL' }],
    }));
    const policy = { ...preset('eu'), equivalences: rows ?? [] };
    const label = foreign('NATO', 'SECRET', { tag: 'ADDITIONAL SENSITIVITY', type: 'RESTRICTIVE', values: ['atomal'] });
    expect(marking(translateLabel(label, policy, NOW).label, policy)).toBe('SECRET UE/EU SECRET // ATOMAL');
  });
});

describe('a policy text is refused', () => {
  const problemOf = (change: (policy: Record<string, unknown>) => void): string => {
    const policy = JSON.parse(canonicalPolicy(preset('eu'))) as Record<string, unknown>;
    change(policy);
    try {
      parsePolicy(JSON.stringify(policy));
    } catch (error) {
      if (error instanceof PolicyError) return error.message;
      throw error;
    }
    return 'nothing';
  };
  type Rows = { toLevel?: string; action: string; validFrom: string; validTo?: string; categories?: unknown[] }[];
  type Values = { values: { excludes?: string[]; role?: string }[] }[];
  const row = (change: Partial<Rows[number]>) => (policy: Record<string, unknown>) => {
    Object.assign((policy['equivalences'] as Rows)[0] ?? {}, change);
  };
  const value = (index: number, change: Values[number]['values'][number]) => (policy: Record<string, unknown>) => {
    Object.assign((policy['categories'] as Values)[index]?.values[0] ?? {}, change);
  };

  test.each([
    [
      'that leads to a level of its own that is none',
      row({ toLevel: 'HUSH' }),
      'equivalences.0.toLevel: is no level of the policy eu',
    ],
    [
      'that maps to nothing',
      row({ action: 'upgrade', toLevel: undefined as never }),
      'toLevel: is needed for this action',
    ],
    ['that refuses and maps', row({ action: 'refuse' }), 'equivalences.0.toLevel: has no place'],
    [
      'that ends before it begins',
      row({ validTo: '2001-01-01T00:00:00Z' }),
      'equivalences.0.validTo: is not after validFrom',
    ],
    [
      'that leads to a value that is none',
      row({ categories: [{ fromTag: 'A', fromValue: 'B', toTag: 'SPECIAL', toValue: 'C' }] }),
      'equivalences.0.categories.0: names no value',
    ],
    [
      'that says one thing twice',
      (policy: Record<string, unknown>) => {
        (policy['equivalences'] as unknown[]).push((policy['equivalences'] as unknown[])[0]);
      },
      'what another row says for the same time',
    ],
    [
      'whose value excludes one that is none',
      value(0, { excludes: ['HUSH'] }),
      'categories.0.values.0.excludes: names no other value',
    ],
    ['whose remark asks for a role', value(2, { role: 'PLANNER' }), 'categories.2.values.0.role: decides nothing'],
    [
      'whose object identifier is none',
      (policy: Record<string, unknown>) => {
        policy['stanag'] = { identifier: 'EU', uri: 'http://eu' };
      },
      'stanag.uri: is no object identifier',
    ],
  ])('%s', (_, change, problem) => {
    expect(problemOf(change)).toContain(problem);
  });
});
