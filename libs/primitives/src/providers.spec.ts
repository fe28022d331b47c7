import {
  PrimitivesError,
  aeadDecrypt,
  aeadEncrypt,
  concatBytes,
  createSigner,
  fromHex,
  generateKemKeyPair,
  generateSigningKeyPair,
  hkdfExpand,
  hmacSha256,
  hpkeOpen,
  hpkeSealer,
  randomBytes,
  ready,
  sha256,
  sign,
  toHex,
  utf8,
  verifySignature,
} from '#primitives';
import library from 'libsodium-wrappers-sumo';

import { decapsulate, encapsulate } from './kem.js';
import { isKemPublicKey, lowOrderPoints } from './kemPublicKey.js';
import type { KemName } from './kemPublicKey.js';

/** Known answers for everything that one provider or another may compute; `portable.spec.ts` runs them without Node's. */
beforeAll(ready);

const none = new Uint8Array(0);

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof PrimitivesError ? error.code : String(error);
  }
  return undefined;
}

test('SHA-256 of no, one and many blocks (FIPS 180-4, one million times "a")', () => {
  expect(toHex(sha256(none))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(toHex(sha256(utf8('a'.repeat(1_000_000))))).toBe(
    'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
  );
  const digest = sha256(utf8('abc'));
  expect(digest.slice().buffer).not.toBe(digest.buffer);
});

test('HMAC-SHA-256 of long messages, with short, long and full keys (RFC 4231 case 7, and against a plain construction)', () => {
  const text =
    'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.';
  expect(toHex(hmacSha256(new Uint8Array(131).fill(0xaa), utf8(text)))).toBe(
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  );
  for (const [keyLength, length] of [
    [0, 511],
    [20, 512],
    [32, 513],
    [32, 100_000],
    [64, 600],
    [65, 600],
  ] as const) {
    const [key, message] = [new Uint8Array(keyLength).fill(7), new Uint8Array(length).fill(9)];
    expect(toHex(hmacSha256(key, message))).toBe(toHex(plainHmac(key, message)));
  }
  expect(hkdfExpand(new Uint8Array(32), new Uint8Array(2000), 80)).toHaveLength(80);
});

/** RFC 2104 as it is written. */
function plainHmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = sha256(
    concatBytes(
      block.map((byte) => byte ^ 0x36),
      message,
    ),
  );
  return sha256(
    concatBytes(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}

describe('AES-128-GCM (McGrew and Viega, test case 4)', () => {
  const key = fromHex('feffe9928665731c6d6a8f9467308308');
  const nonce = fromHex('cafebabefacedbaddecaf888');
  const plaintext = fromHex(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  );
  const associatedData = fromHex('feedfacedeadbeeffeedfacedeadbeefabaddad2');
  const sealed =
    '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47';

  test('known answer', () => {
    expect(toHex(aeadEncrypt('aes128gcm', key, nonce, associatedData, plaintext))).toBe(sealed);
    expect(toHex(aeadDecrypt('aes128gcm', key, nonce, associatedData, fromHex(sealed)))).toBe(toHex(plaintext));
    expect(toHex(aeadEncrypt('aes128gcm', new Uint8Array(16), new Uint8Array(12), none, none))).toBe(
      '58e2fccefa7e3061367f1d57a4e7455a',
    );
  });

  test('nothing opens with a changed bit, a cut tag, other associated data or another nonce', () => {
    const whole = fromHex(sealed);
    for (let at = 0; at < whole.length; at += 5) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(codeOf(() => aeadDecrypt('aes128gcm', key, nonce, associatedData, changed))).toBe('DECRYPTION_FAILED');
    }
    for (const length of [0, 4, 12, 15, 16, whole.length - 1]) {
      const cut = whole.subarray(0, length);
      expect(codeOf(() => aeadDecrypt('aes128gcm', key, nonce, associatedData, cut))).toBe('DECRYPTION_FAILED');
    }
    expect(codeOf(() => aeadDecrypt('aes128gcm', key, nonce, none, whole))).toBe('DECRYPTION_FAILED');
    expect(codeOf(() => aeadDecrypt('aes128gcm', key, new Uint8Array(12), associatedData, whole))).toBe(
      'DECRYPTION_FAILED',
    );
    expect(codeOf(() => aeadDecrypt('aes128gcm', key.subarray(1), nonce, associatedData, whole))).toBe(
      'INVALID_LENGTH',
    );
  });
});

/** Points of low order, canonical and not, with the highest bit or without. */
const lowOrder = lowOrderPoints.flatMap((point) => [point, changed(point, 31, [(point[31] ?? 0) | 0x80])]).map(toHex);

function changed(key: Uint8Array, at: number, bytes: readonly number[]): Uint8Array {
  const copy = key.slice();
  copy.set(bytes, at);
  return copy;
}

/** Whether encapsulation takes a key, and whether we say so. */
const taken = (kem: KemName, key: Uint8Array) => [codeOf(() => encapsulate(kem, key)), isKemPublicKey(kem, key)];

test('keys that were generated are taken, keys of another size are not', () => {
  for (let i = 0; i < 50; i++)
    expect(taken('x25519', generateKemKeyPair('x25519').publicKey)).toEqual([undefined, true]);
  for (let i = 0; i < 10; i++) expect(taken('xwing', generateKemKeyPair('xwing').publicKey)).toEqual([undefined, true]);
  for (const length of [0, 31, 33, 1216]) expect(isKemPublicKey('x25519', new Uint8Array(length).fill(9))).toBe(false);
  for (const length of [0, 32, 1215, 1217]) expect(isKemPublicKey('xwing', new Uint8Array(length).fill(9))).toBe(false);
});

test.each(lowOrder)('a key of low order takes no encapsulation, alone or in X-Wing: %s', (point) => {
  const weak = fromHex(point);
  expect(taken('x25519', weak)).toEqual(['INVALID_KEY', false]);
  expect(codeOf(() => decapsulate('x25519', generateKemKeyPair('x25519'), weak))).toBe('INVALID_KEY');
  const inHybrid = changed(generateKemKeyPair('xwing').publicKey, 1184, [...weak]);
  expect(taken('xwing', inHybrid)).toEqual(['INVALID_KEY', false]);
});

test('nor does an ML-KEM key with coefficients that are not reduced', () => {
  const { publicKey } = generateKemKeyPair('xwing');
  const unreduced = [
    [0x01, 0x0d, 0x00], // 3329, 0
    [0x00, 0x10, 0xd0], // 0, 3329
    [0xff, 0xff, 0xff],
  ];
  for (const at of [0, 600, 1149]) {
    for (const bytes of unreduced)
      expect(taken('xwing', changed(publicKey, at, bytes))).toEqual(['INVALID_KEY', false]);
    expect(taken('xwing', changed(publicKey, at, [0x00, 0x0d, 0xd0]))).toEqual([undefined, true]); // 3328, 3328
  }
});

test('what one encapsulates to X-Wing, the other decapsulates, and each half counts', () => {
  const pair = generateKemKeyPair('xwing');
  for (let i = 0; i < 10; i++) {
    const { kemOutput, sharedSecret } = encapsulate('xwing', pair.publicKey);
    expect(kemOutput).toHaveLength(1120);
    expect(toHex(decapsulate('xwing', pair, kemOutput))).toBe(toHex(sharedSecret));
    for (const at of [0, 1100]) {
      const changed = kemOutput.map((byte, j) => (j === at ? byte ^ 1 : byte));
      expect(toHex(decapsulate('xwing', pair, changed))).not.toBe(toHex(sharedSecret));
    }
  }
});

test('what one encapsulates to X25519, the other decapsulates, with an unused high bit too', () => {
  const pair = generateKemKeyPair('x25519');
  for (let i = 0; i < 20; i++) {
    const { kemOutput, sharedSecret } = encapsulate('x25519', pair.publicKey);
    expect(toHex(decapsulate('x25519', pair, kemOutput))).toBe(toHex(sharedSecret));
  }
  const marked = { ...pair, publicKey: pair.publicKey.map((byte, at) => (at === 31 ? byte | 0x80 : byte)) };
  const { kemOutput, sharedSecret } = encapsulate('x25519', marked.publicKey);
  expect(toHex(decapsulate('x25519', marked, kemOutput))).toBe(toHex(sharedSecret));
});

test.each(['x25519', 'xwing'] as const)('one sealer serves many recipients, each with a key of its own (%s)', (kem) => {
  const suite = { kem, aead: 'aes128gcm' } as const;
  const seal = hpkeSealer(suite, utf8('info'));
  const pairs = [generateKemKeyPair(kem), generateKemKeyPair(kem)];
  const sealed = pairs.map(({ publicKey }) => seal(publicKey, none, utf8('secret')));
  pairs.forEach((pair, i) => {
    const ciphertext = sealed[i];
    if (ciphertext === undefined) throw new Error('a ciphertext for each');
    expect(toHex(hpkeOpen(suite, pair, utf8('info'), none, ciphertext))).toBe(toHex(utf8('secret')));
    expect(codeOf(() => hpkeOpen(suite, pair, utf8('other'), none, ciphertext))).toBe('DECRYPTION_FAILED');
  });
  expect(new Set(sealed.map(({ kemOutput }) => toHex(kemOutput))).size).toBe(2);
});

test('Ed25519 keys of small order and signatures with an unreduced S do not verify', () => {
  const signature = new Uint8Array(64);
  signature[0] = 1; // R is the neutral element and S zero: right for every message under a key of small order
  for (const key of [`01${'00'.repeat(31)}`, '00'.repeat(32), `ec${'ff'.repeat(30)}7f`, `ee${'ff'.repeat(30)}7f`]) {
    expect(verifySignature(fromHex(key), utf8('any'), signature)).toBe(false);
  }
  const pair = generateSigningKeyPair();
  const good = sign(pair.privateKey, utf8('text'));
  expect(verifySignature(pair.publicKey, utf8('text'), good)).toBe(true);
  expect(verifySignature(pair.publicKey, utf8('text'), withOrderAdded(good))).toBe(false);
});

/** The same signature with S + L in the place of S, which naive verifiers take too. */
function withOrderAdded(signature: Uint8Array): Uint8Array {
  const order = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010');
  const changed = signature.slice();
  let carry = 0;
  for (let i = 0; i < 32; i++) {
    carry += (changed[32 + i] ?? 0) + (order[i] ?? 0);
    changed[32 + i] = carry & 0xff;
    carry >>= 8;
  }
  return changed;
}

test('whoever verifies, the answer is that of libsodium', () => {
  const pair = generateSigningKeyPair();
  const message = utf8('text');
  const good = sign(pair.privateKey, message);
  const points = [pair.publicKey, good.subarray(0, 32), ...unusualPoints.map(fromHex)];
  const scalars = [good.subarray(32), new Uint8Array(32), withOrderAdded(good).subarray(32)];
  for (const publicKey of points) {
    for (const r of points) {
      for (const s of scalars) {
        const signature = concatBytes(r, s);
        const expected = library.crypto_sign_verify_detached(signature, message, publicKey);
        expect(verifySignature(publicKey, message, signature)).toBe(expected);
        expect(expected).toBe(publicKey === pair.publicKey && toHex(signature) === toHex(good));
      }
    }
  }
});

test('that holds for signatures on which verifiers with and without the cofactor differ', () => {
  const message = utf8('text');
  const secret = library.crypto_core_ed25519_scalar_random();
  const publicKey = library.crypto_scalarmult_ed25519_base_noclamp(secret);
  for (const point of unusualPoints.slice(4, 10).map(fromHex)) {
    for (const key of [publicKey, library.crypto_core_ed25519_add(publicKey, point)]) {
      for (const moves of [false, true]) {
        const signature = signatureWith(secret, key, message, moves ? point : undefined);
        const expected = library.crypto_sign_verify_detached(signature, message, key);
        for (let use = 1; use <= 2; use++) expect(verifySignature(key, message, signature)).toBe(expected);
        if (key === publicKey && !moves) expect(expected).toBe(true);
      }
    }
  }
});

/** A signature by a bare scalar, with a point of small order added to R. */
function signatureWith(secret: Uint8Array, publicKey: Uint8Array, message: Uint8Array, added?: Uint8Array): Uint8Array {
  const random = library.crypto_core_ed25519_scalar_random();
  const plainR = library.crypto_scalarmult_ed25519_base_noclamp(random);
  const r = added === undefined ? plainR : library.crypto_core_ed25519_add(plainR, added);
  const hash = library.crypto_core_ed25519_scalar_reduce(
    library.crypto_hash_sha512(concatBytes(r, publicKey, message)),
  );
  const s = library.crypto_core_ed25519_scalar_add(random, library.crypto_core_ed25519_scalar_mul(hash, secret));
  return concatBytes(r, s);
}

/** Small order with either sign, and encodings that are not reduced (y = p, p + 1, 2^255 - 1). */
const unusualPoints = [
  '00'.repeat(32),
  `${'00'.repeat(31)}80`,
  `01${'00'.repeat(31)}`,
  `01${'00'.repeat(30)}80`,
  `ec${'ff'.repeat(30)}7f`,
  `ec${'ff'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  'ff'.repeat(32),
];

test('a signer gives the same signature each time, however often it signs', () => {
  const { privateKey, publicKey } = generateSigningKeyPair();
  const signer = createSigner(privateKey);
  const message = utf8('again and again');
  const signatures = new Set(Array.from({ length: 50 }, () => toHex(signer.sign(message))));
  expect([...signatures]).toEqual([toHex(sign(privateKey, message))]);
  expect(verifySignature(publicKey, message, signer.sign(message))).toBe(true);
});

test('random bytes fill any length and do not repeat', () => {
  expect(randomBytes(0)).toHaveLength(0);
  const long = randomBytes(200_000);
  expect(long.subarray(131_072).some((byte) => byte !== 0)).toBe(true);
  expect(new Set(Array.from({ length: 1000 }, () => toHex(randomBytes(16)))).size).toBe(1000);
});
