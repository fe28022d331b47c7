import type { Findings, Measurement } from './contract.js';
import { evaluate, goalsOf } from './goals.js';

const measured = (operation: string, implementation: string, size: number, median: number): Measurement => {
  return { operation, implementation, size, median, p95: median, samples: 1 };
};

const found = (platform: string, ...measurements: Measurement[]): Findings => ({ platform, measurements, counts: [] });

test('a ratio that is exactly the goal is met', () => {
  expect(evaluate('Node', { name: 'a / b', over: 2.6, under: 2, most: 1.3 })).toEqual({
    platform: 'Node',
    name: 'a / b',
    goal: '<= 1.3',
    value: 1.3,
    met: true,
  });
});

test('a ratio is judged before it is rounded', () => {
  expect(evaluate('Node', { name: 'a / b', over: 1.304, under: 1, most: 1.3 })).toMatchObject({
    value: 1.3,
    met: false,
  });
});

test('a goal of which one side was not measured is neither met nor missed', () => {
  const goal = evaluate('Node', { name: 'a / b', over: 1, under: undefined, most: 1 });
  expect(goal).toMatchObject({ value: undefined, met: undefined });
});

test('encryption is compared with the sender key at 100 members, whatever was measured at other sizes', () => {
  const goals = goalsOf(
    found(
      'Node',
      measured('encrypt', 'ours 0x004d', 10, 9),
      measured('encrypt', 'ours 0x004d', 100, 1.2),
      measured('encrypt', 'libsignal sender key', 100, 1),
    ),
  );
  const named = goals.filter(({ name }) => name === 'ours 0x004d, encrypt at 100 / libsignal sender key');
  expect(named).toEqual([expect.objectContaining({ value: 1.2, met: true })]);
});

test('a commit at 500 members is compared with core-crypto at 300', () => {
  const operation = 'update, process, warm tree';
  const goals = goalsOf(
    found(
      'Chromium',
      measured(operation, 'ours 0x0001', 500, 3),
      measured(operation, 'core-crypto 0x0001, memory', 300, 2),
      measured(operation, 'core-crypto 0x0001, memory', 500, 4),
    ),
  );
  const named = goals.filter(
    ({ name }) => name.startsWith('ours 0x0001, update, process') && name.endsWith('warm tree'),
  );
  expect(named).toEqual([expect.objectContaining({ value: 1.5, met: false })]);
});

test('the curve may double from the root of the largest group to that group', () => {
  const goals = goalsOf(
    found(
      'Node',
      measured('curve: update, create', 'ours 0x004d', 64, 10),
      measured('curve: update, create', 'ours 0x004d', 1024, 15),
      measured('curve: update, create', 'ours 0x004d', 4096, 19),
    ),
  );
  const named = goals.filter(({ name }) => name.startsWith('ours 0x004d, curve: update, create at 4096 / at 64'));
  expect(named).toEqual([expect.objectContaining({ value: 1.9, met: true })]);
});

test('only Node is held to libsignal', () => {
  expect(goalsOf(found('Chromium')).some(({ name }) => name.includes('libsignal'))).toBe(false);
});
