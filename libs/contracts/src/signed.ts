import { decode, encode } from 'cborg';

import { readSeen, seenParts } from './seen.js';
import type { AuditSeen } from './seen.js';

const CHALLENGE = 'chancery open session v1';
/** The same with what the device has seen of the audit trail. */
const SEEING_CHALLENGE = 'chancery open session v2';

/** A challenge as the server gave it; the device signs `encodeChallenge` of it to open a session. */
export interface ChallengeToSign {
  readonly challengeId: string;
  readonly nonce: Uint8Array;
  /** Origin of the server as the client reached it; a look-alike origin makes another signature. */
  readonly origin: string;
  readonly deviceId: string;
  /** RFC 3339, as the server sent it. */
  readonly expiresAt: string;
  /** What the device adds: its own last entry in the audit trail. */
  readonly seen?: AuditSeen | undefined;
}

/** The bytes that a device signs to open a session. */
export function encodeChallenge(challenge: ChallengeToSign): Uint8Array {
  const { challengeId, nonce, origin, deviceId, expiresAt, seen } = challenge;
  const domain = seen ? SEEING_CHALLENGE : CHALLENGE;
  return encode([domain, challengeId, nonce, origin, deviceId, expiresAt, ...seenParts(seen)]);
}

/** The device that met a challenge, and what it had seen; undefined for what `encodeChallenge` did not write. */
export function readChallenge(input: Uint8Array): Pick<ChallengeToSign, 'deviceId' | 'seen'> | undefined {
  const [domain, , , , deviceId, , ...rest] = decodedList(input);
  if (typeof deviceId !== 'string') return undefined;
  if (domain === CHALLENGE && rest.length === 0) return { deviceId };
  const seen = readSeen(rest);
  return domain === SEEING_CHALLENGE && seen ? { deviceId, seen } : undefined;
}

function decodedList(input: Uint8Array): unknown[] {
  try {
    const value: unknown = decode(input);
    return Array.isArray(value) ? (value as unknown[]) : [];
  } catch {
    return [];
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

/** A device's signed word where it stands in a group's order, and when: what no server can make. See libs/client/src/freshness. */
export interface StandToSign {
  readonly groupId: string;
  readonly deviceId: string;
  /** The newest place that the device has processed, when the server had nothing after it. */
  readonly seq: number;
  /** Hash of the group's log up to and including `seq`, 32 bytes; every commit is in it, so that it fixes epoch and members. */
  readonly head: Uint8Array;
  /** By the device's clock; milliseconds since 1970. */
  readonly at: number;
}

/** The bytes that a device signs for a stand. */
export function encodeStand({ groupId, deviceId, seq, head, at }: StandToSign): Uint8Array {
  return encode(['chancery stand v1', groupId, deviceId, seq, head, at]);
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

/** The key to which other devices of the same person seal what they hand to a device. */
export interface ParcelKeyToSign {
  readonly personId: string;
  readonly deviceId: string;
  /** X-Wing public key. */
  readonly kemKey: Uint8Array;
}

/** The bytes that a device signs for the key to which parcels are sealed. */
export function encodeParcelKey({ personId, deviceId, kemKey }: ParcelKeyToSign): Uint8Array {
  return encode(['chancery parcel key v1', personId, deviceId, kemKey]);
}

/** Keys that one device of a person has sealed to another. */
export interface KeyParcelToSign {
  readonly personId: string;
  readonly fromDevice: string;
  readonly toDevice: string;
  readonly payload: Uint8Array;
}

/** The bytes that a device signs for a parcel of keys. */
export function encodeKeyParcel({ personId, fromDevice, toDevice, payload }: KeyParcelToSign): Uint8Array {
  return encode(['chancery key parcel v1', personId, fromDevice, toDevice, payload]);
}
