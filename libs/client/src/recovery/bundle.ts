import { encode } from 'cborg';

import { argon2id, open, PrimitivesError, randomBytes, seal, signingPublicKey, toHex, utf8 } from '#primitives';
import type { Argon2Cost, SigningKeyPair } from '#primitives';

import { decodeList, isBytes } from '../cborList.js';
import { ChanceryError } from '../errors.js';
import type { RecoverySecret } from './code.js';

/** What a person needs to come back without any device. */
export interface RecoveryBundle {
  readonly identityKey: SigningKeyPair;
  /** Opaque, of `exportHistoryKey`. */
  readonly historyKey: Uint8Array;
  readonly personId: string;
  readonly ministryName: string;
  /** 32 bytes: the ministry that the new device will accept, and no other. */
  readonly rootFingerprint: Uint8Array;
}

const VERSION = 1;
const KEY_LENGTH = 32;
const SALT_LENGTH = 16;
/** What a server may make this device compute. */
const MOST_MEMORY_KIB = 2 * 1024 * 1024;
const MOST_PASSES = 10;

/** Argon2id and XChaCha20-Poly1305 under the code. */
export function sealBundle(bundle: RecoveryBundle, secret: RecoverySecret, cost: Argon2Cost): Uint8Array {
  const { identityKey, historyKey, personId, ministryName, rootFingerprint } = bundle;
  const fields = [VERSION, identityKey.privateKey, historyKey, personId, ministryName, rootFingerprint];
  const salt = randomBytes(SALT_LENGTH);
  const sealed = seal(keyOf(secret, salt, cost), encode(fields), associatedData(cost));
  return encode([VERSION, cost.memoryKiB, cost.passes, salt, sealed]);
}

/** The inverse. @throws ChanceryError RECOVERY_INVALID for anything but the bundle that was sealed under this very code */
export function openBundle(bytes: Uint8Array, secret: RecoverySecret): RecoveryBundle {
  const [version, memoryKiB, passes, salt, sealed] = decodeList(bytes);
  if (version !== VERSION || !isBytes(salt) || salt.length !== SALT_LENGTH || !isBytes(sealed)) throw notAuthentic();
  if (!isWithin(memoryKiB, MOST_MEMORY_KIB) || !isWithin(passes, MOST_PASSES)) throw notAuthentic();
  const cost = { memoryKiB, passes };
  const fields = decodeList(unsealed(keyOf(secret, salt, cost), sealed, associatedData(cost)));
  const [inner, privateKey, historyKey, personId, ministryName, rootFingerprint] = fields;
  if (inner !== VERSION || !isBytes(privateKey) || privateKey.length !== KEY_LENGTH) throw notAuthentic();
  if (!isBytes(historyKey) || !isBytes(rootFingerprint)) throw notAuthentic();
  if (typeof personId !== 'string' || typeof ministryName !== 'string') throw notAuthentic();
  const identityKey = { privateKey, publicKey: signingPublicKey(privateKey) };
  return { identityKey, historyKey, personId, ministryName, rootFingerprint };
}

function keyOf(secret: RecoverySecret, salt: Uint8Array, cost: Argon2Cost): Uint8Array {
  return argon2id(toHex(secret), salt, cost);
}

function associatedData({ memoryKiB, passes }: Argon2Cost): Uint8Array {
  return utf8(`chancery recovery bundle v${String(VERSION)} argon2id ${String(memoryKiB)} ${String(passes)}`);
}

function unsealed(key: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Uint8Array {
  try {
    return open(key, sealed, associated);
  } catch (error) {
    if (error instanceof PrimitivesError) throw notAuthentic(error);
    throw error;
  }
}

function isWithin(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= most;
}

function notAuthentic(cause?: unknown): ChanceryError {
  return new ChanceryError('RECOVERY_INVALID', 'What the server keeps was not sealed under this recovery code.', {
    remedy: 'Nothing was installed. Tell your security officer.',
    cause,
  });
}
