import { encode } from 'cborg';

/** A challenge as the server gave it; the device signs `encodeChallenge` of it to open a session. */
export interface ChallengeToSign {
  readonly challengeId: string;
  readonly nonce: Uint8Array;
  /** Origin of the server as the client reached it; a look-alike origin makes another signature. */
  readonly origin: string;
  readonly deviceId: string;
  /** RFC 3339, as the server sent it. */
  readonly expiresAt: string;
}

/** The bytes that a device signs to open a session. */
export function encodeChallenge(challenge: ChallengeToSign): Uint8Array {
  const { challengeId, nonce, origin, deviceId, expiresAt } = challenge;
  return encode(['chancery open session v1', challengeId, nonce, origin, deviceId, expiresAt]);
}

/** A device's signed word that it has received, or shown, everything up to a place in the group's order. */
export interface ReceiptToSign {
  readonly groupId: string;
  readonly deviceId: string;
  readonly kind: 'DELIVERED' | 'READ';
  readonly upTo: number;
}

/** The bytes that a device signs for a receipt. */
export function encodeReceipt(receipt: ReceiptToSign): Uint8Array {
  const { groupId, deviceId, kind, upTo } = receipt;
  return encode(['chancery receipt v1', groupId, deviceId, kind, upTo]);
}
