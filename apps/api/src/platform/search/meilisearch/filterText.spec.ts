import { genericMinistry } from '#policy';

import { ClearanceFilter } from '../clearanceFilter.js';
import { filterText, quoted } from './filterText.js';

const filter = ClearanceFilter.for({
  policy: genericMinistry,
  clearance: { policy: genericMinistry.id, level: 'SECRET', categories: [] },
  now: new Date(),
  labels: [{ id: 4, label: { policy: genericMinistry.id, level: 'SECRET', categories: [] } }],
  grantedCollections: ['c1', 'c2'],
});

test('what the reader may read always stands first', () => {
  expect(filterText(filter, {})).toBe('label IN [4] AND scopes IN ["c1", "c2"]');
});

test('a value stays one value, whatever it holds', () => {
  expect(quoted('a" OR label IN [1')).toBe('"a\\" OR label IN [1"');
  expect(quoted('a\\')).toBe('"a\\\\"');
  expect(quoted('\\"')).toBe('"\\\\\\""');
});

test('wanted and unwanted fields, names and days', () => {
  const text = filterText(filter, {
    kinds: ['cable'],
    fromTerms: ['oslo'],
    firstDay: 19670101,
    not: { topics: ['fish'] },
  });
  expect(text).toBe(
    'label IN [4] AND scopes IN ["c1", "c2"] AND kind IN ["cable"] AND fromTerms = "oslo" AND lastDay >= 19670101 AND NOT (topics IN ["fish"])',
  );
});
