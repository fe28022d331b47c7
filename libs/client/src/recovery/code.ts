import { concatBytes, hkdfSha256, randomBytes, sha256, utf8 } from '#primitives';

import { fromCrockford, inGroups, normaliseCode, toCrockford } from '../devices/crockford.js';
import { ChanceryError } from '../errors.js';

/** 160 bits: nobody guesses them, with or without Argon2id. */
const SECRET_LENGTH = 20;
const SECRET_CHARACTERS = 32;
const CHECK_CHARACTERS = 4;

/** 20 random bytes, on paper only. */
export type RecoverySecret = Uint8Array;

export function newRecoverySecret(): RecoverySecret {
  return randomBytes(SECRET_LENGTH);
}

/** 32 Crockford characters and 4 that find slips of the pen, in nine groups of four. */
export function formatRecoveryCode(secret: RecoverySecret): string {
  return inGroups(toCrockford(secret) + checkOf(secret));
}

/** Reads what somebody has typed from paper. @throws ChanceryError RECOVERY_INVALID */
export function parseRecoveryCode(text: string): RecoverySecret {
  const code = normaliseCode(text);
  const secret = fromCrockford(code.slice(0, SECRET_CHARACTERS), SECRET_LENGTH);
  if (secret && code.slice(SECRET_CHARACTERS) === checkOf(secret)) return secret;
  throw new ChanceryError('RECOVERY_INVALID', 'This is no recovery code; perhaps a character is wrong.', {
    field: 'code',
    remedy: 'Compare what you have typed with the paper: nine groups of four characters.',
  });
}

/** What its holder shows to the server to be found; it opens nothing. */
export function locatorOf(secret: RecoverySecret): Uint8Array {
  return hkdfSha256(secret, new Uint8Array(), utf8('chancery recovery locator'), 32);
}

function checkOf(secret: RecoverySecret): string {
  const hash = sha256(concatBytes(utf8('chancery recovery code'), secret));
  return toCrockford(hash.subarray(0, 5)).slice(0, CHECK_CHARACTERS);
}

/** Six digits that the person reads to the officer, so that the officer approves this device and no other. */
export function recoveryNumber(signatureKey: Uint8Array): string {
  const hash = sha256(concatBytes(utf8('chancery recovery number'), signatureKey));
  const number = hash.subarray(0, 6).reduce((value, byte) => value * 256 + byte, 0);
  return String(number % 1_000_000).padStart(6, '0');
}
