import crypto from 'node:crypto';

import { Random } from '../scenario/mls/random.js';

/** 2026-11-21T12:00:00Z: what the clock of a fuzzing thread always says. */
const frozenClock = 1_795_262_400_000;

let source = new Random(0);

/**
 * From here on the clock of this thread stands still and all randomness, keys included, follows from `reseed`: an input is
 * the same in every run. To be called before the libraries are loaded, which look for their generators once.
 */
export function makeDeterministic(): void {
  const getRandomValues = (array: NodeJS.TypedArray): NodeJS.TypedArray => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(source.next() * 256);
    return array;
  };
  // libsodium asks Web Cryptography, `#primitives` the platform's modules
  Object.defineProperty(globalThis, 'crypto', { value: { getRandomValues } });
  Object.defineProperty(globalThis, 'self', { value: globalThis });
  const modules = { 'node:crypto': { ...crypto, generateKeyPairSync } };
  Object.defineProperty(process, 'getBuiltinModule', { value: (name: keyof typeof modules) => modules[name] });
  Math.random = () => source.next();
  Date.now = () => frozenClock;
}

/** An X25519 private key is any 32 bytes behind this (PKCS#8, RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** As `#primitives` asks for it: the public half as a JSON Web Key. */
function generateKeyPairSync(type: string): { publicKey: crypto.JsonWebKey; privateKey: crypto.KeyObject } {
  if (type !== 'x25519') throw new RangeError(`keys for ${type} do not follow from the seed`);
  const bytes = Uint8Array.from({ length: 32 }, () => Math.floor(source.next() * 256));
  const key = Buffer.concat([pkcs8, bytes]);
  const privateKey = crypto.createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  return { publicKey: crypto.createPublicKey(privateKey).export({ format: 'jwk' }), privateKey };
}

/** Starts the randomness of keys again, and gives an independent generator for choices. */
export function reseed(seed: number, input: number): Random {
  const mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(input + 1, 0xc2b2ae35);
  source = new Random(mixed);
  return new Random(~mixed);
}
