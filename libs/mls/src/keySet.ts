import { fingerprint } from './fingerprint.js';

/** A set of byte strings. */
export class KeySet {
  private readonly buckets = new Map<number, Uint8Array[]>();

  /** False if the bytes were there already. */
  add(bytes: Uint8Array): boolean {
    const bucket = this.buckets.get(fingerprint(bytes));
    if (bucket === undefined) {
      this.buckets.set(fingerprint(bytes), [bytes]);
      return true;
    }
    if (bucket.some((other) => sameBytes(other, bytes))) return false;
    bucket.push(bytes);
    return true;
  }

  has(bytes: Uint8Array): boolean {
    return this.buckets.get(fingerprint(bytes))?.some((other) => sameBytes(other, bytes)) ?? false;
  }
}

/** For public values: stops at the first difference. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
