import { genericMinistry } from '#policy';

import { ClearanceFilter } from './clearanceFilter.js';
import type { SearchEngine } from './searchEngine.js';
import type { CandidateQuery } from './types.js';

const labelled = (id: number, level: string, compartments: string[] = []) => ({
  id,
  label: {
    policy: genericMinistry.id,
    level,
    categories: compartments.length === 0 ? [] : [{ tag: 'COMPARTMENT', values: compartments }],
  },
});
const labels = [
  labelled(1, 'UNCLASSIFIED'),
  labelled(2, 'SECRET'),
  labelled(3, 'RESTRICTED', ['CRYPTO']),
  labelled(4, 'COSMIC'),
];
const basis = { policy: genericMinistry, now: new Date('2026-11-21T00:00:00Z'), labels, grantedCollections: ['c'] };
const clearance = (level: string, compartments: string[] = []) => ({
  policy: genericMinistry.id,
  level,
  categories: compartments.length === 0 ? [] : [{ tag: 'COMPARTMENT', values: compartments }],
});

test('a filter holds exactly the labels that the rule lets the reader read', () => {
  expect(ClearanceFilter.for({ ...basis, clearance: clearance('RESTRICTED') }).labels).toEqual([1]);
  expect(ClearanceFilter.for({ ...basis, clearance: clearance('SECRET', ['CRYPTO']) }).labels).toEqual([1, 2, 3]);
});

test('without clearance, with one that has ended, or without a grant nothing can be found', () => {
  expect(ClearanceFilter.for({ ...basis, clearance: undefined }).isEmpty).toBe(true);
  const ended = { ...clearance('SECRET'), until: '2026-11-20T00:00:00Z' };
  expect(ClearanceFilter.for({ ...basis, clearance: ended }).isEmpty).toBe(true);
  expect(ClearanceFilter.for({ ...basis, clearance: clearance('SECRET'), grantedCollections: [] }).isEmpty).toBe(true);
});

test('a search without a filter, or with one of the same shape, does not type-check', () => {
  const ask = (engine: SearchEngine, query: CandidateQuery) => [
    // @ts-expect-error the filter is missing
    () => engine.candidates(query, 10),
    // @ts-expect-error an object that looks like a filter is none
    () => engine.candidates(query, { labels: [1], scopes: ['c'], isEmpty: false }, 10),
  ];
  // @ts-expect-error nobody but ClearanceFilter.for makes one
  const make: new (labels: number[], scopes: string[]) => unknown = ClearanceFilter;
  expect([ask, make]).toHaveLength(2);
});
