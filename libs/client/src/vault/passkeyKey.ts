import { fromBase64, fromBase64Url, hkdfSha256, open, PrimitivesError, seal, toBase64, utf8 } from '#primitives';

import { ChanceryError } from '../errors.js';

/** Bytes of a WebAuthn PRF result (WebAuthn Level 3, 10.1.4: HMAC-SHA-256), and of what it is evaluated over. */
const PRF_BYTES = 32;
const INFO = utf8('chancery vault passkey v1');

/** A data key that an authenticator opens; public, like everything in `vault.json`. */
export interface PasskeySealedKey {
  /** base64url: the credential's id, as the browser names it. */
  readonly id: string;
  /** base64url of 32 random bytes, another for each passkey: what the authenticator evaluates its PRF over. */
  readonly salt: string;
  /** base64. */
  readonly sealedKey: string;
}

/**
 * Seals the data key of a vault under a passkey: XChaCha20-Poly1305 by HKDF-SHA-256(PRF result, salt, "chancery vault passkey v1"), bound to
 * the credential's id. The PRF result is the authenticator's answer for this credential, this origin and this salt, and uniform: unlike a
 * passphrase it needs no Argon2id, and a copied vault gives nothing to guess. The browser prefixes and hashes the salt ("WebAuthn PRF"), so
 * that no other use of the authenticator yields the same bytes.
 * @throws ChanceryError BAD_INPUT for a result or salt that is not 32 bytes
 */
export function sealUnderPasskey(dataKey: Uint8Array, prf: Uint8Array, id: string, salt: string): PasskeySealedKey {
  const wrapping = wrappingKey(prf, salt);
  const sealedKey = toBase64(seal(wrapping, dataKey, associatedData(id)));
  wrapping.fill(0);
  return { id, salt, sealedKey };
}

/** The inverse. @throws ChanceryError WRONG_PASSKEY, VAULT_DAMAGED, BAD_INPUT */
export function openUnderPasskey({ id, salt, sealedKey }: PasskeySealedKey, prf: Uint8Array): Uint8Array {
  const wrapping = wrappingKey(prf, salt);
  try {
    return open(wrapping, fromBase64(sealedKey), associatedData(id));
  } catch (error) {
    if (!(error instanceof PrimitivesError)) throw error;
    throw new ChanceryError('WRONG_PASSKEY', 'This passkey does not open this vault.');
  } finally {
    wrapping.fill(0);
  }
}

function wrappingKey(prf: Uint8Array, salt: string): Uint8Array {
  const bytes = decode(salt);
  if (prf.length === PRF_BYTES && bytes.length === PRF_BYTES) return hkdfSha256(prf, bytes, INFO, PRF_BYTES);
  throw new ChanceryError('BAD_INPUT', 'A passkey answers with 32 bytes.', { field: 'prf' });
}

function associatedData(id: string): Uint8Array {
  return utf8(`chancery vault key v1 passkey ${id}`);
}

function decode(text: string): Uint8Array {
  try {
    return fromBase64Url(text);
  } catch (error) {
    if (!(error instanceof PrimitivesError)) throw error;
    throw new ChanceryError('BAD_INPUT', 'The salt of a passkey is 32 bytes.', { field: 'salt', cause: error });
  }
}
