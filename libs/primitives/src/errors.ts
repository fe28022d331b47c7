/**
 * - `NOT_READY`: an operation before `ready()` resolved (misuse).
 * - `INVALID_LENGTH`: a key, nonce, seed or output of the wrong size (misuse or bad input).
 * - `INVALID_ENCODING`: text that is not strict base64, hex or UTF-8 (bad input).
 * - `INVALID_KEY`: a public key that the algorithm refuses (bad input).
 * - `DECRYPTION_FAILED`: authentication failed: wrong key, wrong associated data or changed ciphertext (bad input).
 * - `INVALID_PARAMETERS`: cost parameters out of bounds (misuse).
 */
export type PrimitivesErrorCode =
  'NOT_READY' | 'INVALID_LENGTH' | 'INVALID_ENCODING' | 'INVALID_KEY' | 'DECRYPTION_FAILED' | 'INVALID_PARAMETERS';

/** An expected failure of a primitive. The message never contains input. */
export class PrimitivesError extends Error {
  override readonly name = 'PrimitivesError';

  constructor(
    readonly code: PrimitivesErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** @throws PrimitivesError `INVALID_LENGTH` */
export function requireLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) {
    throw new PrimitivesError('INVALID_LENGTH', `${what} must be ${String(length)} bytes, got ${String(bytes.length)}`);
  }
}
