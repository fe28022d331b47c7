import { canonicalPolicy, parsePolicy } from './parse.js';
import { PolicyError } from './policy.js';
import { genericMinistry } from './presets/index.js';

type Draft = Record<string, unknown> & typeof genericMinistry;

function faultOf(change: (copy: Draft) => unknown): PolicyError {
  const copy = JSON.parse(canonicalPolicy(genericMinistry)) as Draft;
  try {
    parsePolicy(JSON.stringify(change(copy)));
  } catch (error) {
    if (error instanceof PolicyError) return error;
  }
  throw new Error('this policy was taken');
}

/** The generic ministry's policy with another first level. */
const level = (change: object) =>
  faultOf(({ levels, ...copy }) => ({ ...copy, levels: [{ ...levels[0], ...change }] }));
const row = {
  fromPolicy: 'a',
  fromLevel: 'A',
  toPolicy: genericMinistry.id,
  toLevel: 'SECRET',
  action: 'map',
  validFrom: '2026-01-01T00:00:00Z',
};
const rows = (...equivalences: object[]) => faultOf((copy) => ({ ...copy, equivalences }));
const captions = (type: string, value: object) =>
  faultOf((copy) => ({ ...copy, categories: [{ tag: 'T', type, values: [{ id: 'A', marking: 'A', ...value }] }] }));
const succession = (past: object) => faultOf((copy) => ({ ...copy, successions: [past] }));
const { id } = genericMinistry;
const move = { fromTag: 'T', fromValue: 'A', toTag: 'T', toValue: 'B' };

describe('what is wrong with a policy has a code, for a page to say it in words of its own', () => {
  test.each([
    ['WRONG_KIND', faultOf(() => 'text')],
    ['WRONG_KIND', level({ marking: 1 })],
    ['WRONG_KIND', captions('SECRETIVE', {})],
    ['NO_IDENTIFIER', level({ id: 'secret' })],
    ['NO_POLICY_IDENTIFIER', faultOf((copy) => ({ ...copy, id: 'Not An Id' }))],
    ['NO_COLOUR', level({ colour: 'red' })],
    ['NO_OBJECT_IDENTIFIER', faultOf((copy) => ({ ...copy, stanag: { identifier: 'A', uri: '1.2' } }))],
    ['TWICE', faultOf(({ levels, ...copy }) => ({ ...copy, levels: [levels[0], levels[0]] }))],
    ['EXCLUDES_NOTHING', captions('RESTRICTIVE', { excludes: ['B'] })],
    ['ROLE_WITHOUT_USE', captions('INFORMATIVE', { role: 'OFFICER' })],
    ['NO_INSTANT', rows({ ...row, validFrom: 'now' })],
    ['ENDS_BEFORE', rows({ ...row, validTo: row.validFrom })],
    ['LEVEL_WITHOUT_USE', rows({ ...row, action: 'refuse' })],
    ['LEVEL_MISSING', rows({ ...row, toLevel: undefined })],
    ['RIVAL', rows(row, row)],
    ['LEVEL_REMAINS', succession({ policy: id, levels: [{ from: 'SECRET', to: 'SECRET' }] })],
  ])('%s', (code, error) => {
    expect(error.fault.code).toBe(code);
  });

  test.each([
    ['TOO_SHORT', { least: 1 }, level({ marking: '' })],
    ['TOO_LONG', { most: 100 }, level({ marking: 'x'.repeat(101) })],
    ['TOO_FEW', { least: 1 }, faultOf((copy) => ({ ...copy, levels: [] }))],
    ['TOO_MANY', { most: 20 }, faultOf((copy) => ({ ...copy, precedences: Array(21).fill(copy.precedences[0]) }))],
    ['TOO_SMALL', { least: 0 }, level({ rank: -1 })],
    ['TOO_GREAT', { most: 1000 }, level({ rank: 1001 })],
    ['UNKNOWN_KEY', { keys: 'one, two' }, level({ one: 1, two: 2 })],
    ['LEVEL_ELSEWHERE', { policy: id }, rows({ ...row, toLevel: 'COSMIC' })],
    ['VALUE_ELSEWHERE', { policy: id }, succession({ policy: 'old', categories: [move] })],
  ])('%s comes with its values %p', (code, values, error) => {
    expect(error.fault).toMatchObject({ code, values });
  });

  test('and English words behind its place', () => {
    expect(level({ colour: 'red' }).message).toBe('levels.0.colour: is no colour (#rrggbb, lower case)');
    expect(rows({ ...row, toLevel: 'COSMIC' }).message).toBe(`equivalences.0.toLevel: is no level of the policy ${id}`);
  });
});
