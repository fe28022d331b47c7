import { generateKemKeyPair, ready } from '#primitives';

import { MlsError } from './errors.js';
import { checkPublicKey } from './publicKey.js';
import { suiteOf } from './suite.js';

beforeAll(ready);

const [classic, hybrid] = [suiteOf(0x0003), suiteOf(0x004d)];

function ruleOf(key: Uint8Array, suite = classic): string | undefined {
  try {
    checkPublicKey(key, suite);
  } catch (error) {
    return error instanceof MlsError ? error.rule : String(error);
  }
  return undefined;
}

test('keys that were generated pass in every suite', () => {
  for (let i = 0; i < 50; i++) expect(ruleOf(generateKemKeyPair('x25519').publicKey)).toBeUndefined();
  for (let i = 0; i < 10; i++) expect(ruleOf(generateKemKeyPair('xwing').publicKey, hybrid)).toBeUndefined();
});

test('valn070315: keys of the wrong size', () => {
  for (const length of [0, 31, 33]) expect(ruleOf(new Uint8Array(length).fill(9))).toBe('valn070315');
  expect(ruleOf(generateKemKeyPair('x25519').publicKey, hybrid)).toBe('valn070315');
});

test('valn070316: keys that encryption does not take', () => {
  expect(ruleOf(new Uint8Array(32))).toBe('valn070316');
  const { publicKey } = generateKemKeyPair('xwing');
  expect(ruleOf(publicKey.slice().fill(0, 1184), hybrid)).toBe('valn070316');
  expect(ruleOf(publicKey.slice().fill(0xff, 0, 3), hybrid)).toBe('valn070316');
});
