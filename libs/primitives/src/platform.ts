/** Where Node's modules are found without an import that a browser's bundler would have to resolve. */
interface Platform {
  process?: { getBuiltinModule?: (name: 'node:crypto') => unknown };
}

/**
 * `node:crypto`, or undefined in browsers. It is synchronous as everything here, and takes over what it does faster than
 * WASM and with the same bytes: SHA-256, HMAC of long messages, AES-GCM, Ed25519 (signing by those who sign often;
 * verification, see there), the sender's half of DHKEM(X25519). Each user declares the few functions that it calls, so
 * that an entry's code shows what the entry can do.
 *
 * Left with libsodium after measuring: X25519 with a stored key (a raw private key enters `node:crypto` as a string that
 * can't be wiped, or in half a millisecond), X-Wing, HMAC of short messages and ChaCha20-Poly1305.
 */
export const nodeCrypto: unknown = (globalThis as Platform).process?.getBuiltinModule?.('node:crypto');

/** A plain view of what `node:crypto` returns: Buffer's `slice` shares memory, and ours must copy. */
export const plain = (buffer: Uint8Array): Uint8Array =>
  new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
