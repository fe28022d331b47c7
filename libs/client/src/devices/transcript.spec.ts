import { generateKemKeyPair, generateSigningKeyPair, randomBytes, ready } from '#primitives';

import { fromCrockford, inGroups, normaliseCode, toCrockford } from './crockford.js';
import { openHandover, sealHandover } from './handover.js';
import { formatPairingText, parsePairingCode } from './pairingCode.js';
import {
  commitmentOf,
  decodeAnswer,
  decodeOffer,
  encodeAnswer,
  encodeOffer,
  shortAuthentication,
  transcriptHash,
} from './transcript.js';
import { wordsOf } from './words.js';

const ID = '019a5c2e-8f00-7abc-8def-0123456789ab';
const refusal = (code: string): Error => expect.objectContaining({ code }) as Error;

const offerOf = () => ({
  deviceId: ID,
  deviceName: 'Telephone',
  signatureKey: generateSigningKeyPair().publicKey,
  kemKey: generateKemKeyPair('xwing').publicKey,
});
const answerOf = () => ({
  nonce: randomBytes(32),
  rootFingerprint: randomBytes(32),
  ministryName: 'Ministry of Foreign Affairs',
  personId: ID,
  personName: 'Aziza Karimova',
  deviceId: ID,
});
const transcriptOf = () => ({
  offer: encodeOffer(offerOf()),
  offerNonce: randomBytes(32),
  answer: encodeAnswer(answerOf()),
});

beforeAll(() => ready());

describe('what two devices say to each other', () => {
  test('is read as it was written, and in no other form', () => {
    const [offer, answer] = [offerOf(), answerOf()];
    expect(decodeOffer(encodeOffer(offer))).toEqual(offer);
    expect(decodeAnswer(encodeAnswer(answer))).toEqual(answer);
    for (const bytes of [new Uint8Array(), Uint8Array.of(0), encodeAnswer(answer), randomBytes(100)]) {
      expect(decodeOffer(bytes)).toBeUndefined();
    }
    for (const bytes of [new Uint8Array(), encodeOffer(offer), Uint8Array.of(...encodeAnswer(answer), 0)]) {
      expect(decodeAnswer(bytes)).toBeUndefined();
    }
  });

  test.each([
    { deviceName: '' },
    { deviceId: 'x' },
    { signatureKey: new Uint8Array(31) },
    { kemKey: new Uint8Array(32) },
  ])('an offer with %j is none', (change) => {
    expect(decodeOffer(encodeOffer({ ...offerOf(), ...change }))).toBeUndefined();
  });

  test('shows in seven digits and four words, which any change changes', () => {
    const transcript = transcriptOf();
    const shown = shortAuthentication(transcript);
    expect(shown.digits).toMatch(/^\d{7}$/);
    expect(shown.words).toHaveLength(4);
    expect(shortAuthentication({ ...transcript })).toEqual(shown);
    for (const part of ['offer', 'offerNonce', 'answer'] as const) {
      const changed = Uint8Array.from(transcript[part]);
      changed[changed.length - 1]! ^= 1;
      expect(shortAuthentication({ ...transcript, [part]: changed })).not.toEqual(shown);
    }
  });

  test('begins with a commitment to offer and nonce', () => {
    const { offer, offerNonce } = transcriptOf();
    expect(commitmentOf(offer, offerNonce)).not.toEqual(commitmentOf(offer, randomBytes(32)));
  });
});

describe('what is handed over', () => {
  const handover = () => ({
    identityKey: generateSigningKeyPair(),
    historyKey: randomBytes(32),
    personId: ID,
    personName: 'Aziza Karimova',
    postId: ID,
    ministryName: 'Ministry of Foreign Affairs',
    policy: '{}',
    conversations: 200,
    recovery: randomBytes(40),
  });

  test('opens in the conversation that it was made in, and in no other', () => {
    const pair = generateKemKeyPair('xwing');
    const [given, transcript] = [handover(), transcriptHash(transcriptOf())];
    const sealed = sealHandover(given, pair.publicKey, transcript);
    expect(openHandover(sealed, pair, transcript)).toEqual(given);
    expect(() => openHandover(sealed, pair, transcriptHash(transcriptOf()))).toThrow(refusal('PAIRING_INVALID'));
    expect(() => openHandover(sealed, generateKemKeyPair('xwing'), transcript)).toThrow(refusal('PAIRING_INVALID'));
    expect(() => openHandover(randomBytes(50), pair, transcript)).toThrow(refusal('PAIRING_INVALID'));
  });
});

describe('codes', () => {
  test('survive paper and keyboards', () => {
    const bytes = randomBytes(20);
    const text = toCrockford(bytes);
    expect(text).toMatch(/^[0-9A-HJKMNP-TV-Z]{32}$/);
    expect(fromCrockford(text, 20)).toEqual(bytes);
    const typed = inGroups(text).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'i');
    expect(fromCrockford(normaliseCode(typed), 20)).toEqual(bytes);
    expect(fromCrockford(text.slice(1), 20)).toBeUndefined();
    expect(fromCrockford(text.replace(/./u, 'U'), 20)).toBeUndefined();
  });

  test('are read from a screen too', () => {
    const commitment = randomBytes(32);
    const fingerprint = 'A'.repeat(43);
    const text = formatPairingText('https://chancery.example', '7K2M9QXD', fingerprint, commitment);
    const scanned = { origin: 'https://chancery.example', rootFingerprint: fingerprint, commitment };
    expect(parsePairingCode(text)).toEqual({ code: '7K2M9QXD', scanned });
    expect(parsePairingCode('7k2m-9qxd')).toEqual({ code: '7K2M9QXD', scanned: undefined });
  });
});

test('no two words begin alike, and each byte has its own', () => {
  const all = wordsOf(Uint8Array.from({ length: 256 }, (_, index) => index));
  expect(new Set(all.map((word) => word.slice(0, 3))).size).toBe(256);
  expect(all.every((word) => /^[a-z]{4,5}$/.test(word))).toBe(true);
});
