/**
 * Notes every AEAD encryption of this process, beneath the engine: fingerprints of key and nonce go to a file before the ciphertext is
 * returned, so that they outlive kill -9. `pairsUsedTwice` reads the files of all processes.
 */
import { createHash } from 'node:crypto';
import type * as NodeCrypto from 'node:crypto';
import { openSync, readFileSync, writeSync } from 'node:fs';

import library from 'libsodium-wrappers-sumo';

const FINGERPRINT_BYTES = 16;

type Bytes = Uint8Array;
/** Arguments of libsodium's AEADs: message, associated data, nothing, nonce, key. */
type SodiumSeal = (message: Bytes, aad: Bytes, none: null, nonce: Bytes, key: Bytes) => Bytes;
type SodiumSeals = Record<
  'crypto_aead_chacha20poly1305_ietf_encrypt' | 'crypto_aead_xchacha20poly1305_ietf_encrypt',
  SodiumSeal
>;
type MakeCipher = (cipher: string, key: Bytes, nonce: Bytes) => NodeCrypto.Cipher;

/** To be called before anything is encrypted, when libsodium has loaded. */
export function tapEncryptions(path: string): void {
  const file = openSync(path, 'a');
  const note = (key: Bytes, nonce: Bytes): void => {
    writeSync(file, createHash('sha256').update(key).update(nonce).digest().subarray(0, FINGERPRINT_BYTES));
  };
  const sodium = library as unknown as SodiumSeals;
  for (const name of [
    'crypto_aead_chacha20poly1305_ietf_encrypt',
    'crypto_aead_xchacha20poly1305_ietf_encrypt',
  ] as const) {
    const seal = sodium[name];
    sodium[name] = (message, aad, none, nonce, key) => {
      note(key, nonce);
      return seal(message, aad, none, nonce, key);
    };
  }
  const crypto = process.getBuiltinModule('node:crypto') as unknown as { createCipheriv: MakeCipher };
  const makeCipher = crypto.createCipheriv;
  crypto.createCipheriv = (cipher, key, nonce) => {
    note(key, nonce);
    return makeCipher(cipher, key, nonce);
  };
}

/** How many encryptions were noted, and how many used a key and nonce that another had used. */
export function pairsUsedTwice(paths: readonly string[]): { readonly encryptions: number; readonly reused: number } {
  const seen = new Set<string>();
  let encryptions = 0;
  for (const path of paths) {
    const bytes = readFileSync(path);
    for (let at = 0; at + FINGERPRINT_BYTES <= bytes.length; at += FINGERPRINT_BYTES) {
      seen.add(bytes.toString('latin1', at, at + FINGERPRINT_BYTES));
      encryptions += 1;
    }
  }
  return { encryptions, reused: encryptions - seen.size };
}
