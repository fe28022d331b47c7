import { goalTable, rounded, tablesOf } from './report.js';

const one = { operation: 'encrypt', implementation: 'ours', size: 2, median: 0.123456, p95: 1.5, samples: 7 };

test('a table has implementations down and members across, and a dash for what was left out', () => {
  const [encrypt] = tablesOf({
    platform: 'Node',
    measurements: [one, { ...one, size: 10, median: 234.5, p95: 300 }, { ...one, implementation: 'peer', size: 10 }],
    counts: [],
  });
  const lines = encrypt?.split('\n').map((line) => line.trim().split(/ {2,}/)) ?? [];
  expect(lines.slice(1)).toEqual([
    ['Node: encrypt, ms: median (p95), by members'],
    ['2', '10'],
    ['----', expect.any(String), expect.any(String)],
    ['ours', '0.123 (1.50)', '235 (300)'],
    ['peer', '-', '0.123 (1.50)'],
  ]);
});

test('bytes have a table of their own', () => {
  const count = { what: 'Welcome', implementation: 'ours', size: 2, value: 42 };
  const [only] = tablesOf({ platform: 'Node', measurements: [], counts: [count] });
  expect(only).toContain('Node: Welcome, bytes, by members');
  expect(only).toMatch(/ours +42/);
});

test('goals say met, missed or not measured', () => {
  const goal = { platform: 'Node', name: 'a / b', goal: '<= 1', value: 0.5, met: true };
  const text = goalTable([goal, { ...goal, met: false }, { ...goal, value: undefined, met: undefined }]);
  expect(text.split('\n').slice(4)).toEqual([
    expect.stringMatching(/0\.50 +met$/),
    expect.stringMatching(/0\.50 +MISSED$/),
    expect.stringMatching(/- +not measured$/),
  ]);
});

test('times are rounded to what they are worth', () => {
  const { measurements } = rounded({ platform: 'Node', measurements: [one], counts: [] });
  expect(measurements[0]).toMatchObject({ median: 0.1235, p95: 1.5 });
});
