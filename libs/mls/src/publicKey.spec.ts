import { fromHex, generateKemKeyPair, hpkeSeal, ready } from '#primitives';

import { MlsError } from './errors.js';
import { checkPublicKey } from './publicKey.js';
import { suiteOf } from './suite.js';

beforeAll(ready);

const none = new Uint8Array(0);
const [classic, hybrid] = [suiteOf(0x0003), suiteOf(0x004d)];

function ruleOf(key: Uint8Array, suite = classic): string | undefined {
  try {
    checkPublicKey(key, suite);
  } catch (error) {
    return error instanceof MlsError ? error.rule : String(error);
  }
  return undefined;
}

/** What the rule foresees. */
function encrypts(key: Uint8Array, suite = classic): boolean {
  try {
    hpkeSeal(suite, key, none, none, none);
    return true;
  } catch {
    return false;
  }
}

const lowOrder = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
].map(fromHex);

function changed(key: Uint8Array, at: number, bytes: readonly number[]): Uint8Array {
  const copy = key.slice();
  copy.set(bytes, at);
  return copy;
}

test('keys that were generated pass in every suite', () => {
  for (let i = 0; i < 50; i++) expect(ruleOf(generateKemKeyPair('x25519').publicKey)).toBeUndefined();
  for (let i = 0; i < 10; i++) expect(ruleOf(generateKemKeyPair('xwing').publicKey, hybrid)).toBeUndefined();
});

test('valn070315: keys of the wrong size', () => {
  for (const length of [0, 31, 33]) expect(ruleOf(new Uint8Array(length).fill(9))).toBe('valn070315');
  expect(ruleOf(generateKemKeyPair('x25519').publicKey, hybrid)).toBe('valn070315');
});

test('valn070316: points of low order, with the highest bit or without, alone and in X-Wing', () => {
  const { publicKey } = generateKemKeyPair('xwing');
  for (const low of lowOrder) {
    for (const point of [low, changed(low, 31, [(low[31] ?? 0) | 0x80])]) {
      expect([ruleOf(point), encrypts(point)]).toEqual(['valn070316', false]);
      const inHybrid = changed(publicKey, 1184, [...point]);
      expect([ruleOf(inHybrid, hybrid), encrypts(inHybrid, hybrid)]).toEqual(['valn070316', false]);
    }
  }
});

test('valn070316: coefficients that are not reduced', () => {
  const { publicKey } = generateKemKeyPair('xwing');
  const unreduced = [
    [0x01, 0x0d, 0x00], // 3329, 0
    [0x00, 0x10, 0xd0], // 0, 3329
    [0xff, 0xff, 0xff],
  ];
  for (const at of [0, 600, 1149]) {
    for (const bytes of unreduced) {
      const key = changed(publicKey, at, bytes);
      expect([ruleOf(key, hybrid), encrypts(key, hybrid)]).toEqual(['valn070316', false]);
    }
    const largest = changed(publicKey, at, [0x00, 0x0d, 0xd0]); // 3328, 3328
    expect([ruleOf(largest, hybrid), encrypts(largest, hybrid)]).toEqual([undefined, true]);
  }
});
