import { aeadDecrypt, aeadEncrypt, fromHex, ready, sha256, toHex, utf8 } from '#primitives';

import { PrimitivesError } from './errors.js';
import { hpkeOpen, hpkeReceiveExport, hpkeSeal, hpkeSendExport } from './hpke.js';
import type { HpkeSuite } from './hpke.js';
import { decapsulate, deriveKemKeyPair, encapsulate, generateKemKeyPair, kemKeyPair } from './kem.js';

beforeAll(ready);

const info = fromHex('4f6465206f6e2061204772656369616e2055726e');
const plaintext = fromHex('4265617574792069732074727574682c20747275746820626561757479');
const firstAad = utf8('Count-0');
const none = new Uint8Array(0);

/** RFC 9180 appendices A.1.1 and A.2.1. */
const known = [
  {
    aead: 'aes128gcm',
    ikmE: '7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234',
    skEm: '52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736',
    enc: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
    ikmR: '6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037',
    pkRm: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
    skRm: '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
    sharedSecret: 'fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc',
    ciphertext: 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
  },
  {
    aead: 'chacha20poly1305',
    ikmE: '909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b',
    skEm: 'f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600',
    enc: '1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a',
    ikmR: '1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df',
    pkRm: '4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a',
    skRm: '8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb',
    sharedSecret: '0bbe78490412b4bbea4812666f7916932b828bba79942424abb65244930d69a7',
    ciphertext: '1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28',
  },
] as const;

test.each(known)('HPKE base mode with X25519 and $aead gives the bytes of RFC 9180', (vector) => {
  const suite: HpkeSuite = { kem: 'x25519', aead: vector.aead };
  const receiver = deriveKemKeyPair('x25519', fromHex(vector.ikmR));
  expect(toHex(receiver.privateKey)).toBe(vector.skRm);
  expect(toHex(receiver.publicKey)).toBe(vector.pkRm);
  expect(toHex(deriveKemKeyPair('x25519', fromHex(vector.ikmE)).privateKey)).toBe(vector.skEm);
  const sent = encapsulate('x25519', receiver.publicKey, fromHex(vector.skEm));
  expect(toHex(sent.kemOutput)).toBe(vector.enc);
  expect(toHex(sent.sharedSecret)).toBe(vector.sharedSecret);
  const received = { kemOutput: fromHex(vector.enc), ciphertext: fromHex(vector.ciphertext) };
  expect(toHex(hpkeOpen(suite, receiver, info, firstAad, received))).toBe(toHex(plaintext));
});

test('X-Wing gives the bytes of its draft', () => {
  const pair = kemKeyPair('xwing', fromHex('7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26'));
  expect(toHex(sha256(pair.publicKey))).toBe('2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb');
  const eseed =
    '3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2';
  const { kemOutput, sharedSecret } = encapsulate('xwing', pair.publicKey, fromHex(eseed));
  expect(toHex(sha256(kemOutput))).toBe('17cd532d657e44c897ca6583e548a5424fc70bf54f99515a4d2bcf99e3469f33');
  expect(toHex(sharedSecret)).toBe('d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384');
  expect(toHex(decapsulate('xwing', pair, kemOutput))).toBe(toHex(sharedSecret));
});

test('X-Wing derives its seed with SHAKE256, as its draft says for HPKE', () => {
  // SHAKE256 of the empty string (FIPS 202), first 32 bytes.
  const seed = '46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f';
  expect(toHex(deriveKemKeyPair('xwing', none).privateKey)).toBe(seed);
});

const suites: HpkeSuite[] = [
  { kem: 'x25519', aead: 'aes128gcm' },
  { kem: 'x25519', aead: 'chacha20poly1305' },
  { kem: 'xwing', aead: 'chacha20poly1305' },
];

describe.each(suites)('HPKE with $kem and $aead', (suite) => {
  test('opens what was sealed, and nothing else', () => {
    const pair = generateKemKeyPair(suite.kem);
    const sealed = hpkeSeal(suite, pair.publicKey, info, firstAad, plaintext);
    expect(toHex(hpkeOpen(suite, pair, info, firstAad, sealed))).toBe(toHex(plaintext));
    const other = generateKemKeyPair(suite.kem);
    expect(() => hpkeOpen(suite, other, info, firstAad, sealed)).toThrow(PrimitivesError);
    expect(() => hpkeOpen(suite, pair, none, firstAad, sealed)).toThrow(PrimitivesError);
    expect(() => hpkeOpen(suite, pair, info, none, sealed)).toThrow(PrimitivesError);
  });

  test('sender and receiver export the same secret', () => {
    const pair = generateKemKeyPair(suite.kem);
    const context = utf8('external init');
    const { kemOutput, exported } = hpkeSendExport(suite, pair.publicKey, info, context, 32);
    expect(toHex(hpkeReceiveExport(suite, pair, info, context, kemOutput, 32))).toBe(toHex(exported));
  });

  test('refuses keys that the KEM refuses', () => {
    expect(() => hpkeSeal(suite, new Uint8Array(31), info, none, none)).toThrow(PrimitivesError);
  });
});

test('X25519 refuses a small-order public key (RFC 9180 section 7.1.4)', () => {
  expect(() => encapsulate('x25519', new Uint8Array(32))).toThrow('refuses');
});

test('AES-128-GCM (McGrew and Viega, test case 4)', () => {
  const key = fromHex('feffe9928665731c6d6a8f9467308308');
  const nonce = fromHex('cafebabefacedbaddecaf888');
  const aad = fromHex('feedfacedeadbeeffeedfacedeadbeefabaddad2');
  const message = fromHex(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  );
  const sealed = aeadEncrypt('aes128gcm', key, nonce, aad, message);
  expect(toHex(sealed)).toBe(
    '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47',
  );
  expect(toHex(aeadDecrypt('aes128gcm', key, nonce, aad, sealed))).toBe(toHex(message));
  expect(() => aeadDecrypt('aes128gcm', key, nonce, none, sealed)).toThrow('authenticate');
});
