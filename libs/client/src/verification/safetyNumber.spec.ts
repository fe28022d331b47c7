import { createHash } from 'node:crypto';

import { generateSigningKeyPair, ready } from '#primitives';

import { inFives, parseVerificationText, safetyNumber, verificationText } from './safetyNumber.js';

const IDS = ['019a5c2e-8f00-7abc-8def-0123456789ab', '019a5c2e-8f00-7abc-8def-0123456789ac'] as const;
const party = (personId: string = IDS[0]) => ({ personId, identityKey: generateSigningKeyPair().publicKey });

beforeAll(() => ready());

describe('a safety number', () => {
  test('is the same from both sides, and changes with either key', () => {
    const [a, b] = [party(), party(IDS[1])];
    expect(safetyNumber(a, b)).toMatch(/^\d{60}$/);
    expect(safetyNumber(b, a)).toBe(safetyNumber(a, b));
    expect(safetyNumber({ ...a, identityKey: party().identityKey }, b)).not.toBe(safetyNumber(a, b));
    expect(safetyNumber({ ...a, personId: IDS[1] }, b)).not.toBe(safetyNumber(a, b));
  });

  test('is what the page says: SHA-512 again and again, five bytes a number', () => {
    const key = Uint8Array.from({ length: 32 }, (_, index) => index);
    const sha512 = (...parts: Uint8Array[]): Buffer => createHash('sha512').update(Buffer.concat(parts)).digest();
    const half = (id: string): string => {
      let hash = sha512(Uint8Array.of(0, 1), key, Buffer.from(id));
      for (let i = 0; i < 5200; i++) hash = sha512(hash, key);
      return [0, 5, 10, 15, 20, 25].map((at) => String(hash.readUIntBE(at, 5) % 100_000).padStart(5, '0')).join('');
    };
    const expected = IDS.map(half).sort().join('');
    const [a, b] = IDS.map((personId) => ({ personId, identityKey: key }));
    expect(safetyNumber(a!, b!)).toBe(expected);
    expect(inFives(expected).split(' ')).toHaveLength(12);
  });
});

test('the text for a QR code is read as it was written', () => {
  const [own, other] = [party(), party(IDS[1])];
  expect(parseVerificationText(verificationText(own, other))).toEqual({ shownBy: own, other });
  for (const text of ['', 'chancery-verify:1.a.b.c.d', verificationText(own, other).replace(':1', ':2')]) {
    expect(parseVerificationText(text)).toBeUndefined();
  }
});
