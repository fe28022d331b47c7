import { decode, encode, rfc8949EncodeOptions } from 'cborg';

import { equalBytes } from '#primitives/verify';

import { StatementError } from './error.js';

/** Deterministic CBOR (RFC 8949 section 4.2.1); properties that are undefined are left out. */
export function encodeCanonical(value: unknown): Uint8Array {
  return encode(value, { ...rfc8949EncodeOptions, ignoreUndefinedProperties: true });
}

/**
 * Decodes one value, maps as `Map`. Accepts nothing but its deterministic encoding, so that a value has one hash.
 * @throws StatementError `MALFORMED`, `NOT_CANONICAL`
 */
export function decodeCanonical(bytes: Uint8Array): unknown {
  const value = decodeStrict(bytes);
  if (!equalBytes(encodeCanonical(value), bytes)) {
    throw new StatementError('NOT_CANONICAL', 'is not the deterministic encoding of its value');
  }
  return value;
}

function decodeStrict(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, {
      useMaps: true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
    });
  } catch {
    throw new StatementError('MALFORMED', 'is no CBOR value');
  }
}
