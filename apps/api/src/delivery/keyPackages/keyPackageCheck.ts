import { decodeKeyPackage, suiteIds } from '#mls/wire';
import type { VerifiedKeyPackage } from '#mls/wire';

import { Refusal } from '../../platform/refusal.js';

const MAX_KEY_PACKAGE_BYTES = 16 * 1024;
const DAY_SECONDS = 24 * 60 * 60;
/** One-time KeyPackages are made anew every month; the last resort has to bridge a long absence. */
const MAX_LIFETIME_SECONDS = 90 * DAY_SECONDS;
const MAX_LAST_RESORT_SECONDS = 366 * DAY_SECONDS;

/** Whose KeyPackages may be published. */
export interface Publisher {
  readonly deviceId: string;
  /** Of the directory. */
  readonly signatureKey: Uint8Array;
}

/** Checks one KeyPackage of a device wholly. Throws KEY_PACKAGE_INVALID. */
export function checkKeyPackage(bytes: Uint8Array, publisher: Publisher, isLastResort: boolean, now: Date) {
  const keyPackage = decode(bytes, now);
  const lifetime = keyPackage.notAfter - keyPackage.notBefore;
  if (Buffer.from(keyPackage.identity).toString() !== publisher.deviceId) throw invalid('it names another device');
  if (!Buffer.from(publisher.signatureKey).equals(keyPackage.signatureKey)) {
    throw invalid('its signature key is not the one in the directory');
  }
  if (!suiteIds.includes(keyPackage.cipherSuite)) throw invalid('its cipher suite is not one of the ministry');
  if (keyPackage.isLastResort !== isLastResort)
    throw invalid('last resort and one-time KeyPackages are published apart');
  if (lifetime > (isLastResort ? MAX_LAST_RESORT_SECONDS : MAX_LIFETIME_SECONDS)) throw invalid('it lives too long');
  return keyPackage;
}

function decode(bytes: Uint8Array, now: Date): VerifiedKeyPackage {
  if (bytes.length > MAX_KEY_PACKAGE_BYTES) throw invalid('it is too large');
  try {
    return decodeKeyPackage(bytes, { now: now.getTime() });
  } catch {
    throw invalid('it does not verify, or is not valid at this time');
  }
}

function invalid(reason: string): Refusal {
  return new Refusal('KEY_PACKAGE_INVALID', `a KeyPackage was refused: ${reason}`, { field: 'keyPackages' });
}
