import { fromBase64Url, PrimitivesError, toBase64Url } from '#primitives';

import { ChanceryError } from '../errors.js';
import { normaliseCode } from './crockford.js';

/** What a new device shows: eight characters to type, or the same with more as a QR code. */
export interface PairingCode {
  readonly code: string;
  /** Only in the text for QR codes: with them the server has nothing left to lie about. */
  readonly scanned:
    | {
        readonly origin: string;
        /** base64url, as the server told the new device. */
        readonly rootFingerprint: string;
        readonly commitment: Uint8Array;
      }
    | undefined;
}

const CODE = /^[0-9A-HJKMNP-TV-Z]{8}$/;
const TEXT = /^(https?:\/\/[^/#?\s]+)\/pair#([0-9A-HJKMNP-TV-Z]{8})\.([\w-]{43})\.([\w-]{43})$/;

/** `<origin>/pair#<code>.<root fingerprint>.<commitment>` */
export function formatPairingText(
  origin: string,
  code: string,
  rootFingerprint: string,
  commitment: Uint8Array,
): string {
  return `${origin}/pair#${code}.${rootFingerprint}.${toBase64Url(commitment)}`;
}

/** Reads what somebody has typed or scanned. @throws ChanceryError PAIRING_INVALID */
export function parsePairingCode(text: string): PairingCode {
  const [, origin, scannedCode, rootFingerprint, commitment] = TEXT.exec(text.trim()) ?? [];
  if (origin && scannedCode && rootFingerprint && commitment) {
    return { code: scannedCode, scanned: { origin, rootFingerprint, commitment: decode(commitment) } };
  }
  const code = normaliseCode(text);
  if (CODE.test(code)) return { code, scanned: undefined };
  throw new ChanceryError('PAIRING_INVALID', 'This is no pairing code: it has eight characters.', { field: 'code' });
}

function decode(text: string): Uint8Array {
  try {
    return fromBase64Url(text);
  } catch (error) {
    if (!(error instanceof PrimitivesError)) throw error;
    throw new ChanceryError('PAIRING_INVALID', 'This is no pairing code.', { field: 'code', cause: error });
  }
}
