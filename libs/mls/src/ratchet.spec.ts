import { ready, toHex } from '#primitives';

import { MlsError } from './errors.js';
import { Ratchet, forwardWindow, lateWindow } from './ratchet.js';
import { suiteOf } from './suite.js';

const suite = suiteOf(0x0003);
const start = (): Ratchet => Ratchet.start(suite, new Uint8Array(32).fill(7));

beforeAll(ready);

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof MlsError ? error.code : String(error);
  }
  return undefined;
}

function keyOf(ratchet: Ratchet, generation: number): string {
  return toHex(ratchet.use(generation).keys.key);
}

test('keys do not depend on the order in which they are asked for', () => {
  const { next } = start().use(5);
  expect(keyOf(next, 2)).toBe(keyOf(start(), 2));
  expect(keyOf(Ratchet.decode(suite, next.encode()), 2)).toBe(keyOf(start(), 2));
  expect(keyOf(next, 6)).toBe(keyOf(start(), 6));
});

test('a generation is used once', () => {
  const after = start().use(3).next.use(1).next;
  for (const used of [1, 3]) expect(codeOf(() => after.use(used))).toBe('GENERATION_USED');
  expect(codeOf(() => Ratchet.decode(suite, after.encode()).use(1))).toBe('GENERATION_USED');
});

test('64 late generations are kept, older ones are gone', () => {
  const { next } = start().use(100);
  expect(codeOf(() => next.use(100 - lateWindow))).toBeUndefined();
  expect(codeOf(() => next.use(100 - lateWindow - 1))).toBe('GENERATION_USED');
  const later = next.use(101 + 10).next;
  expect(codeOf(() => later.use(101))).toBeUndefined();
  expect(codeOf(() => later.use(100 - lateWindow + 10))).toBeUndefined();
  expect(codeOf(() => later.use(100 - lateWindow + 9))).toBe('GENERATION_USED');
});

test('a message at most 1000 generations ahead is followed', () => {
  expect(codeOf(() => start().use(forwardWindow))).toBeUndefined();
  expect(codeOf(() => start().use(forwardWindow + 1))).toBe('GENERATION_TOO_FAR');
  expect(codeOf(() => start().use(0xffffffff))).toBe('GENERATION_TOO_FAR');
});

test('a use changes nothing until the ratchet is replaced, then the consumed keys are overwritten', () => {
  const ratchet = start().use(2).next;
  const [stored] = Reflect.get(ratchet, 'late') as { key: Uint8Array }[];
  const { keys, next } = ratchet.use(0);
  expect(keyOf(ratchet, 0)).toBe(toHex(keys.key));
  expect(toHex(stored!.key)).toBe(toHex(keys.key));
  ratchet.retire(next);
  expect(toHex(stored!.key)).toBe('00'.repeat(32));
  expect(keyOf(next, 1)).toBe(keyOf(start(), 1));
});
