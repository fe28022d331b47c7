import { encode } from 'cborg';

import {
  argon2id,
  deriveKemKeyPair,
  hkdfSha256,
  hpkeOpen,
  hpkeSeal,
  open,
  PrimitivesError,
  randomBytes,
  seal,
  sha256,
  signingPublicKey,
  toHex,
  utf8,
} from '#primitives';
import type { Argon2Cost, KemKeyPair, SigningKeyPair } from '#primitives';

import { decodeList, isBytes } from '../cborList.js';
import { ChanceryError } from '../errors.js';
import type { RecoverySecret } from './code.js';

/** Which ministry and person a recovery code leads to, and no other. */
interface RecoveryFrame {
  readonly personId: string;
  readonly ministryName: string;
  /** 32 bytes. */
  readonly rootFingerprint: Uint8Array;
}

/** What changes while the code stays the same. */
export interface RecoveryContent {
  /** The one in force first; a second one is about to come into force. */
  readonly identityKeys: readonly SigningKeyPair[];
  /** Opaque, of `exportHistoryKey`. */
  readonly historyKey: Uint8Array;
}

/** What a person needs to come back without any device. */
export interface RecoveryBundle extends RecoveryFrame, RecoveryContent {}

/**
 * With what a device seals newer content under a code that it does not know. Who knows it can put content in, and take none out. It never
 * reaches the server: what the server keeps is the frame, which only the holder of the code can make.
 */
export interface BundleSealer extends Argon2Cost {
  readonly salt: Uint8Array;
  /** The frame, sealed under the code. */
  readonly frame: Uint8Array;
  /** X-Wing; the code gives the private half. */
  readonly publicKey: Uint8Array;
}

interface CodeKeys {
  readonly frameKey: Uint8Array;
  readonly pair: KemKeyPair;
}

const VERSION = 2;
const SUITE = { kem: 'xwing', aead: 'chacha20poly1305' } as const;
const INFO = utf8('chancery recovery bundle v2');
const KEY_LENGTH = 32;
const SALT_LENGTH = 16;
const MAX_KEYS = 2;
/** What a server may make this device compute. */
const MOST_MEMORY_KIB = 2 * 1024 * 1024;
const MOST_PASSES = 10;

/** Makes what seals bundles under a code: Argon2id gives the key of the frame (XChaCha20-Poly1305) and an X-Wing key pair. */
export function newSealer(frame: RecoveryFrame, secret: RecoverySecret, cost: Argon2Cost): BundleSealer {
  const { personId, ministryName, rootFingerprint } = frame;
  const salt = randomBytes(SALT_LENGTH);
  const { frameKey, pair } = keysOf(secret, salt, cost);
  const fields = [VERSION, personId, ministryName, rootFingerprint];
  const { memoryKiB, passes } = cost;
  return { memoryKiB, passes, salt, frame: seal(frameKey, encode(fields), boundTo(cost)), publicKey: pair.publicKey };
}

/** Seals to the code's public key, bound to the frame. */
export function sealBundle({ identityKeys, historyKey }: RecoveryContent, sealer: BundleSealer): Uint8Array {
  const { memoryKiB, passes, salt, frame, publicKey } = sealer;
  const content = encode([VERSION, identityKeys.map(({ privateKey }) => privateKey), historyKey]);
  const { kemOutput, ciphertext } = hpkeSeal(SUITE, publicKey, INFO, sha256(frame), content);
  return encode([VERSION, memoryKiB, passes, salt, frame, kemOutput, ciphertext]);
}

/** The inverse, by the code. @throws ChanceryError RECOVERY_INVALID for anything but a bundle that was sealed under this very code */
export function openBundle(
  bytes: Uint8Array,
  secret: RecoverySecret,
): { bundle: RecoveryBundle; sealer: BundleSealer } {
  const [version, memoryKiB, passes, salt, frame, kemOutput, ciphertext] = decodeList(bytes);
  if (version !== VERSION || !isBytes(salt) || salt.length !== SALT_LENGTH || !isBytes(frame)) throw notAuthentic();
  if (!isBytes(kemOutput) || !isBytes(ciphertext)) throw notAuthentic();
  if (!isWithin(memoryKiB, MOST_MEMORY_KIB) || !isWithin(passes, MOST_PASSES)) throw notAuthentic();
  const cost = { memoryKiB, passes };
  const { frameKey, pair } = keysOf(secret, salt, cost);
  const framed = readFrame(authentic(() => open(frameKey, frame, boundTo(cost))));
  const content = authentic(() => hpkeOpen(SUITE, pair, INFO, sha256(frame), { kemOutput, ciphertext }));
  const { publicKey } = pair;
  return { bundle: { ...framed, ...readContent(content) }, sealer: { ...cost, salt, frame, publicKey } };
}

function readFrame(bytes: Uint8Array): RecoveryFrame {
  const [version, personId, ministryName, rootFingerprint] = decodeList(bytes);
  if (version !== VERSION || !isBytes(rootFingerprint)) throw notAuthentic();
  if (typeof personId !== 'string' || typeof ministryName !== 'string') throw notAuthentic();
  return { personId, ministryName, rootFingerprint };
}

function readContent(bytes: Uint8Array): RecoveryContent {
  const [version, keys, historyKey] = decodeList(bytes);
  if (version !== VERSION || !isBytes(historyKey) || !Array.isArray(keys)) throw notAuthentic();
  const isSound = keys.length >= 1 && keys.length <= MAX_KEYS;
  const areKeys = keys.every((key: unknown): key is Uint8Array => isBytes(key) && key.length === KEY_LENGTH);
  if (!isSound || !areKeys) throw notAuthentic();
  const identityKeys = keys.map((privateKey) => ({ privateKey, publicKey: signingPublicKey(privateKey) }));
  return { identityKeys, historyKey };
}

function keysOf(secret: RecoverySecret, salt: Uint8Array, cost: Argon2Cost): CodeKeys {
  const key = argon2id(toHex(secret), salt, cost);
  const derive = (what: string) => hkdfSha256(key, new Uint8Array(), utf8(`chancery recovery ${what}`), KEY_LENGTH);
  return { frameKey: derive('frame'), pair: deriveKemKeyPair('xwing', derive('kem')) };
}

function boundTo({ memoryKiB, passes }: Argon2Cost): Uint8Array {
  return utf8(`chancery recovery frame v${String(VERSION)} argon2id ${String(memoryKiB)} ${String(passes)}`);
}

function authentic(opening: () => Uint8Array): Uint8Array {
  try {
    return opening();
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
