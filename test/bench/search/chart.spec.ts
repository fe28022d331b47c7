import { lineChart } from './chart.js';

const points = [
  { x: 1000, y: 4 },
  { x: 10_000, y: 13 },
];

test('a chart shows every point, the sizes and the name of each line, and is no place for marks of its own', () => {
  const svg = lineChart('a < b', { x: 'documents', y: 'ms' }, [{ name: 'p50 & p95', colour: '#123456', points }]);
  expect(svg.match(/<circle/gu)).toHaveLength(2);
  for (const text of ['a &lt; b', 'p50 &amp; p95', '1,000', '10,000', 'documents', 'ms']) {
    expect(svg).toContain(`>${text}</text>`);
  }
  expect(svg.trimEnd().endsWith('</svg>')).toBe(true);
});

test('more stands higher, and nothing stands outside of the picture', () => {
  const svg = lineChart('t', { x: 'x', y: 'y' }, [{ name: 'n', colour: 'red', points }]);
  const [low = 0, high = 0] = Array.from(svg.matchAll(/cy="([\d.]+)"/gu), ([, y]) => Number(y));
  expect(high).toBeLessThan(low);
  expect(Math.min(high, low)).toBeGreaterThan(0);
  expect(Math.max(high, low)).toBeLessThan(440);
});
