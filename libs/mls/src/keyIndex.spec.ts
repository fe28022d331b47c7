import fc from 'fast-check';

import { nodeIndex } from './brand.js';
import { KeyIndex } from './keyIndex.js';

/** Few different keys, so that they repeat. */
const change = fc.record({
  key: fc.uint8Array({ minLength: 1, maxLength: 2 }).map((bytes) => bytes.map((byte) => byte % 6)),
  at: fc.nat(40),
  adds: fc.boolean(),
});

const textOf = (key: Uint8Array): string => key.join();

test('any changes give what a plain list gives, and leave older indexes as they were', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const entries: { key: Uint8Array; at: number }[] = [];
      let index = KeyIndex.empty;
      for (const { key, at, adds } of changes) {
        const before = index;
        const held = entries.findIndex((entry) => textOf(entry.key) === textOf(key) && entry.at === at);
        if (adds && held < 0) {
          index = index.with(key, nodeIndex(at));
          entries.push({ key, at });
          expect(before.find(key)).not.toContain(at);
        } else if (!adds && held >= 0) {
          index = index.without(key, nodeIndex(at));
          entries.splice(held, 1);
          expect(before.find(key)).toContain(at);
        }
        const expected = entries.filter((entry) => textOf(entry.key) === textOf(key)).map((entry) => entry.at);
        expect([...index.find(key)].sort()).toEqual(expected.sort());
        expect(index.repetitions).toBe(entries.length - new Set(entries.map((entry) => textOf(entry.key))).size);
      }
    }),
  );
});

test('an empty index finds nothing', () => {
  expect(KeyIndex.empty.find(new Uint8Array(32))).toEqual([]);
});
