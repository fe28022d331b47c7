import { randomBytes } from 'node:crypto';

/** Crockford's base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Random characters of Crockford's base32, five bits each. */
export function randomCode(length: number): string {
  return [...randomBytes(length)].map((byte) => ALPHABET.charAt(byte & 31)).join('');
}
