import { decode, encode } from 'cborg';

const CHALLENGE = 'chancery open session v1';

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
  return encode([CHALLENGE, challengeId, nonce, origin, deviceId, expiresAt]);
}

/** The device that a challenge was for; undefined for what `encodeChallenge` did not write. */
export function challengedDevice(input: Uint8Array): string | undefined {
  try {
    const value: unknown = decode(input);
    const [domain, , , , deviceId] = Array.isArray(value) ? (value as unknown[]) : [];
    return domain === CHALLENGE && typeof deviceId === 'string' ? deviceId : undefined;
  } catch {
    return undefined;
  }
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

/** A person's word that one of their devices is called like this from now on. */
export interface DeviceNameToSign {
  readonly deviceId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The device of the same person that signs. */
  readonly namedBy: string;
}

/** The bytes that a device signs to give a device of its person another name. */
export function encodeDeviceName({ deviceId, name, at, namedBy }: DeviceNameToSign): Uint8Array {
  return encode(['chancery device name v1', deviceId, name, at, namedBy]);
}

/** An officer's word that the person who asks for a recovery is the one they say. */
export interface RecoveryApprovalToSign {
  readonly requestId: string;
  readonly personId: string;
  /** The device that comes in, and its key. */
  readonly deviceId: string;
  readonly signatureKey: Uint8Array;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The officer's device. */
  readonly officer: string;
}

/** The bytes that an officer's device signs to approve a recovery. */
export function encodeRecoveryApproval(approval: RecoveryApprovalToSign): Uint8Array {
  const { requestId, personId, deviceId, signatureKey, at, officer } = approval;
  return encode(['chancery recovery approval v1', requestId, personId, deviceId, signatureKey, at, officer]);
}

/** How far the sealed history of a device reaches, in the words of that device. It only grows. */
export interface HistoryManifestToSign {
  readonly personId: string;
  readonly deviceId: string;
  /** Number of segments; the counter that never goes back. */
  readonly segments: number;
  /** SHA-256 of the last segment, which holds the hash of the one before it, and so on. */
  readonly head: Uint8Array;
}

/** The bytes that a device signs for the manifest of its history. */
export function encodeHistoryManifest(manifest: HistoryManifestToSign): Uint8Array {
  const { personId, deviceId, segments, head } = manifest;
  return encode(['chancery history manifest v1', personId, deviceId, segments, head]);
}
