import library from 'libsodium-wrappers-sumo';

import { aeadEncrypt } from './aead.js';
import { argon2id } from './argon2.js';
import { toHex, utf8 } from './bytes.js';
import { hmacSha256 } from './hkdf.js';
import { decapsulate, encapsulate, generateKemKeyPair } from './kem.js';
import { randomBytes } from './random.js';
import { open, seal } from './seal.js';
import { generateSigningKeyPair, sign } from './signature.js';
import { ready } from './sodium.js';
import { deepestStack, stackTop, wipeStack } from './wasmMemory.js';
import type { WasmModule } from './wasmMemory.js';

let wasm: WasmModule;

beforeAll(async () => {
  await ready();
  ({ libsodium: wasm } = library as unknown as { readonly libsodium: WasmModule });
});

/** How often the bytes, or either half of them, stand in the memory of the WebAssembly module. */
function copiesOf(secret: Uint8Array): number {
  const { buffer, byteOffset, length } = wasm.HEAPU8;
  const memory = Buffer.from(buffer, byteOffset, length);
  const half = secret.length / 2;
  return [secret.subarray(0, half), secret.subarray(half)].filter((part) => memory.includes(Buffer.from(part))).length;
}

test('the search finds what is there', () => {
  const secret = randomBytes(32);
  const address = wasm._malloc(32);
  wasm.HEAPU8.set(secret, address);
  expect(copiesOf(secret)).toBe(2);
  wasm._free(address);
  expect(copiesOf(secret)).toBe(0);
});

const operations: Record<string, () => Uint8Array[]> = {
  'hmacSha256, key and tag': () => {
    const key = randomBytes(32);
    return [key, hmacSha256(key, utf8('message'))];
  },
  'hmacSha256, long key': () => {
    const key = randomBytes(80);
    return [key, hmacSha256(key, utf8('message'))];
  },
  'aeadEncrypt, key and plaintext': () => {
    const [key, plaintext] = [randomBytes(32), randomBytes(64)];
    aeadEncrypt('chacha20poly1305', key, randomBytes(12), new Uint8Array(0), plaintext);
    return [key, plaintext];
  },
  'seal and open': () => {
    const [key, plaintext] = [randomBytes(32), randomBytes(64)];
    return [key, plaintext, open(key, seal(key, plaintext, utf8('place')), utf8('place'))];
  },
  'sign, seed': () => {
    const { privateKey } = generateSigningKeyPair();
    sign(privateKey, utf8('message'));
    return [privateKey];
  },
  'argon2id, passphrase and key': () => {
    const passphrase = toHex(randomBytes(16));
    return [utf8(passphrase), argon2id(passphrase, randomBytes(16), { memoryKiB: 1024, passes: 1 })];
  },
  ...Object.fromEntries(
    (['x25519', 'xwing'] as const).map((kem) => [
      `${kem}, private key and shared secret`,
      () => {
        const pair = generateKemKeyPair(kem);
        const { kemOutput, sharedSecret } = encapsulate(kem, pair.publicKey);
        return [pair.privateKey, sharedSecret, decapsulate(kem, pair, kemOutput)];
      },
    ]),
  ),
};

test.each(Object.entries(operations))('%s: nothing secret stays in the memory of libsodium', (_, operation) => {
  expect(operation().map(copiesOf)).toEqual(operation().map(() => 0));
});

test('what is overwritten of the stack is more than the functions that leave secrets there use', () => {
  const bottom = stackTop(wasm) - deepestStack;
  const unused = wasm.HEAPU8.subarray(bottom, bottom + 4096).fill(0xa5);
  const { publicKey, privateKey } = library.crypto_kem_xwing_seed_keypair(randomBytes(32));
  library.crypto_kem_xwing_dec(library.crypto_kem_xwing_enc(publicKey).ciphertext, privateKey);
  library.crypto_pwhash(32, 'passphrase', randomBytes(16), 1, 1024 * 1024, library.crypto_pwhash_ALG_ARGON2ID13);
  const isUntouched = unused.every((byte) => byte === 0xa5);
  wipeStack(wasm, stackTop(wasm));
  expect(isUntouched).toBe(true);
});
