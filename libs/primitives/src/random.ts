import { sodium } from './sodium.js';

/** Bytes of the platform's cryptographic random generator. */
export function randomBytes(length: number): Uint8Array {
  return sodium().randombytes_buf(length);
}
