import { Refusal } from '../../platform/refusal.js';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Throws NOT_FOUND: what cannot be an id is the id of nothing. */
export function requireId(id: string): void {
  if (!UUID.test(id)) throw noOriginal();
}

const SHA256 = /^[0-9a-f]{64}$/;

export const isHash = (text: string): boolean => SHA256.test(text);

/** Throws BAD_INPUT. */
export function requireHash(text: string): void {
  if (!isHash(text)) throw new Refusal('BAD_INPUT', 'this is no SHA-256', { field: 'sha256' });
}

/** Never there, not whole, or not for this reader: one answer. */
export function noOriginal(): Refusal {
  return new Refusal('NOT_FOUND', 'there is no such file', { field: 'id' });
}
