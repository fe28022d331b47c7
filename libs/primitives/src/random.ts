/** What every platform has (Web Cryptography), declared narrowly so that libraries need no DOM types. */
interface WebCrypto {
  crypto: { getRandomValues(bytes: Uint8Array): unknown };
}

const { crypto } = globalThis as unknown as WebCrypto;
const mostAtOnce = 65_536;

/**
 * Bytes of the platform's cryptographic random generator. Asked directly: libsodium's WASM build asks the same generator
 * for four bytes at a time, which makes a key's worth cost more than an X25519 operation.
 */
export function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += mostAtOnce) crypto.getRandomValues(bytes.subarray(at, at + mostAtOnce));
  return bytes;
}
