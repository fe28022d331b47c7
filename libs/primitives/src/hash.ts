import { nodeCrypto, plain } from './platform.js';
import { sodium } from './sodium.js';

interface NodeHash {
  hash(algorithm: 'sha256' | 'sha512', message: Uint8Array, output: 'buffer'): Uint8Array;
}

const node = nodeCrypto as NodeHash | undefined;

/** SHA-256 (FIPS 180-4): 32 bytes. */
export function sha256(message: Uint8Array): Uint8Array {
  const library = sodium();
  return node === undefined ? library.crypto_hash_sha256(message) : plain(node.hash('sha256', message, 'buffer'));
}

/** SHA-512 (FIPS 180-4): 64 bytes. */
export function sha512(message: Uint8Array): Uint8Array {
  const library = sodium();
  return node === undefined ? library.crypto_hash_sha512(message) : plain(node.hash('sha512', message, 'buffer'));
}
