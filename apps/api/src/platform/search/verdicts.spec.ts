import { canRead, genericMinistry } from '#policy';
import type { Clearance, Label } from '#policy';

import { verdictsFor } from './verdicts.js';

const NOW = new Date('2026-11-21T00:00:00Z');
const levels = genericMinistry.levels.map(({ id }) => id);
const label = (level: string, values: string[]): Label => ({
  policy: genericMinistry.id,
  level,
  categories: values.length === 0 ? [] : [{ tag: 'COMPARTMENT', values }],
});
const labels = levels.flatMap((level) => [label(level, []), label(level, ['CRYPTO']), label(level, ['NOWHERE'])]);
const clearances: Clearance[] = levels.flatMap((level) => [label(level, []), label(level, ['CRYPTO'])]);

test('asked again, and for one clearance after the other, the rule says what it says', () => {
  for (const round of [1, 2]) {
    for (const clearance of clearances) {
      const reads = verdictsFor(clearance, genericMinistry, NOW);
      const said = labels.map((one) => [round, reads(one)]);
      expect(said).toEqual(labels.map((one) => [round, canRead(clearance, one, genericMinistry, NOW)]));
    }
  }
});

test('a clearance that ends reads until then', () => {
  const [lowest = label('UNCLASSIFIED', [])] = labels;
  const ending = { ...lowest, until: '2026-11-21T00:00:10Z' };
  const reads = (seconds: number): boolean =>
    verdictsFor(ending, genericMinistry, new Date(NOW.getTime() + seconds * 1000))(lowest);
  expect([0, 9, 10, 11, 0].map(reads)).toEqual([true, true, false, false, true]);
});

test('nobody without a clearance reads, and another policy decides anew', () => {
  const [lowest = label('UNCLASSIFIED', []), , , next = lowest] = labels;
  expect(verdictsFor(undefined, genericMinistry, NOW)(lowest)).toBe(false);
  expect(verdictsFor(next, genericMinistry, NOW)(lowest)).toBe(true);
  expect(verdictsFor(next, { ...genericMinistry, id: 'another' }, NOW)(lowest)).toBe(false);
});
