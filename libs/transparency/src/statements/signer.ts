import { StatementError } from './error.js';

/**
 * Whose key made a signature: the ministry's root key, a person's identity key or a device's signature key.
 * It stands beside the signature, not under it; that is safe because no two of these ever share a key (see `KEY_TAKEN`).
 */
export type Signer =
  | { readonly kind: 'root' }
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'device'; readonly id: string };

export const ROOT_SIGNER: Signer = { kind: 'root' };

/** CBOR form: ["root"], ["person", id] or ["device", id]. */
export function signerToValue(signer: Signer): string[] {
  return signer.kind === 'root' ? ['root'] : [signer.kind, signer.id];
}

/** @throws StatementError `MALFORMED` */
export function signerFromValue(value: unknown): Signer {
  const [kind, id, ...rest] = Array.isArray(value) ? (value as unknown[]) : [];
  if (kind === 'root' && id === undefined) return ROOT_SIGNER;
  const named = (kind === 'person' || kind === 'device') && typeof id === 'string' && rest.length === 0;
  if (!named) throw new StatementError('MALFORMED', 'names no signer');
  return { kind, id };
}
