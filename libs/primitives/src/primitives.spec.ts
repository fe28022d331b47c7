import fc from 'fast-check';

import {
  PrimitivesError,
  argon2id,
  concatBytes,
  createSigner,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  generateSigningKeyPair,
  hkdfExpand,
  hkdfExtract,
  hkdfSha256,
  hmacSha256,
  open,
  randomBytes,
  ready,
  seal,
  sha256,
  sign,
  signingPublicKey,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
  verifySignature,
  wipe,
} from '#primitives';

const none = new Uint8Array(0);

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof PrimitivesError ? error.code : String(error);
  }
  return undefined;
}

describe('after ready()', () => {
  beforeAll(ready);

  test('SHA-256 of "abc" (FIPS 180-4)', () => {
    expect(toHex(sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('HMAC-SHA-256 with short and long keys (RFC 4231 cases 1, 2 and 6)', () => {
    const tag = (key: Uint8Array, text: string): string => toHex(hmacSha256(key, utf8(text)));
    expect(tag(new Uint8Array(20).fill(0x0b), 'Hi There')).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
    expect(tag(utf8('Jefe'), 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
    expect(tag(new Uint8Array(131).fill(0xaa), 'Test Using Larger Than Block-Size Key - Hash Key First')).toBe(
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    );
    expect(tag(new Uint8Array(32), '')).toBe(tag(none, ''));
  });

  test('HKDF-SHA-256 (RFC 5869 cases 1 to 3)', () => {
    const ikm = new Uint8Array(22).fill(0x0b);
    const salt = fromHex('000102030405060708090a0b0c');
    const info = fromHex('f0f1f2f3f4f5f6f7f8f9');
    const prk = hkdfExtract(salt, ikm);
    expect(toHex(prk)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
    const okm = '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865';
    expect(toHex(hkdfExpand(prk, info, 42))).toBe(okm);
    expect(toHex(hkdfSha256(ikm, salt, info, 42))).toBe(okm);
    const bytes = (from: number): Uint8Array => Uint8Array.from({ length: 80 }, (_, i) => from + i);
    expect(toHex(hkdfSha256(bytes(0), bytes(0x60), bytes(0xb0), 82))).toBe(
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    );
    expect(toHex(hkdfSha256(ikm, none, none, 42))).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
    expect(codeOf(() => hkdfExpand(prk, none, 8161))).toBe('INVALID_LENGTH');
  });

  test('Ed25519 (RFC 8032 section 7.1, tests 1 and 3)', () => {
    const empty = {
      seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      message: '',
      signature:
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    };
    const two = {
      seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
      publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      message: 'af82',
      signature:
        '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    };
    for (const { seed, publicKey, message, signature } of [empty, two]) {
      expect(toHex(signingPublicKey(fromHex(seed)))).toBe(publicKey);
      expect(toHex(sign(fromHex(seed), fromHex(message)))).toBe(signature);
      expect(toHex(createSigner(fromHex(seed)).sign(fromHex(message)))).toBe(signature);
      expect(verifySignature(fromHex(publicKey), fromHex(message), fromHex(signature))).toBe(true);
      expect(verifySignature(fromHex(publicKey), utf8('other'), fromHex(signature))).toBe(false);
    }
  });

  test('a key or signature of the wrong size does not verify and does not throw', () => {
    const pair = generateSigningKeyPair();
    const signature = sign(pair.privateKey, none);
    expect(verifySignature(pair.publicKey.subarray(1), none, signature)).toBe(false);
    expect(verifySignature(pair.publicKey, none, signature.subarray(1))).toBe(false);
    expect(verifySignature(new Uint8Array(32), none, signature)).toBe(false);
  });

  test('sealed data opens with the same key and associated data only', () => {
    const key = randomBytes(32);
    const sealed = seal(key, utf8('note verbale'), utf8('vault'));
    expect(fromUtf8(open(key, sealed, utf8('vault')))).toBe('note verbale');
    expect(toHex(seal(key, none, none))).not.toBe(toHex(seal(key, none, none)));
    expect(codeOf(() => open(key, sealed, utf8('other')))).toBe('DECRYPTION_FAILED');
    expect(codeOf(() => open(randomBytes(32), sealed, utf8('vault')))).toBe('DECRYPTION_FAILED');
    expect(codeOf(() => open(key, sealed.subarray(0, 39), utf8('vault')))).toBe('DECRYPTION_FAILED');
    expect(codeOf(() => seal(key.subarray(1), none, none))).toBe('INVALID_LENGTH');
  });

  test('Argon2id keeps its parameters in bounds and its output stable', () => {
    const salt = new Uint8Array(16).fill(2);
    const cost = { memoryKiB: 64, passes: 3 };
    const derived = argon2id('café', salt, cost);
    expect(toHex(derived)).toBe(toHex(argon2id('cafe\u0301', salt, cost)));
    expect(toHex(derived)).not.toBe(toHex(argon2id('café', salt, { ...cost, passes: 4 })));
    expect(codeOf(() => argon2id('x', salt, { memoryKiB: 7, passes: 1 }))).toBe('INVALID_PARAMETERS');
    expect(codeOf(() => argon2id('x', salt.subarray(1), cost))).toBe('INVALID_LENGTH');
  });

  test('encodings are strict', () => {
    expect(toBase64(utf8('hi'))).toBe('aGk=');
    expect(toBase64Url(fromHex('fbff'))).toBe('-_8');
    expect(toHex(fromBase64Url('-_8'))).toBe('fbff');
    for (const text of ['aGk', 'aGl=', 'aGk=\n', ' aGk=', '-_8=', '====']) {
      expect(codeOf(() => fromBase64(text))).toBe('INVALID_ENCODING');
    }
    for (const text of ['aGk=', 'aGl', '+/8']) expect(codeOf(() => fromBase64Url(text))).toBe('INVALID_ENCODING');
    for (const text of ['0', '0g', '0x00']) expect(codeOf(() => fromHex(text))).toBe('INVALID_ENCODING');
    expect(codeOf(() => fromUtf8(fromHex('c080')))).toBe('INVALID_ENCODING');
    expect(codeOf(() => utf8('\ud800'))).toBe('INVALID_ENCODING');
    expect(fromUtf8(fromHex('efbbbf41'))).toBe('\ufeffA');
  });

  test('encodings round-trip', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => fromUtf8(utf8(text)) === text));
  });

  test('bytes are joined, compared and wiped', () => {
    const bytes = concatBytes(utf8('a'), none, utf8('bc'));
    expect(fromUtf8(bytes)).toBe('abc');
    expect(equalBytes(bytes, utf8('abc'))).toBe(true);
    expect(equalBytes(bytes, utf8('abd'))).toBe(false);
    expect(equalBytes(bytes, utf8('ab'))).toBe(false);
    wipe(bytes);
    expect(toHex(bytes)).toBe('000000');
  });
});
