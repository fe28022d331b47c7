import { encode } from 'cborg';

import { encodeKeyParcel } from '#contracts';
import { hpkeOpen, hpkeSeal, PrimitivesError, sign, utf8, verifySignature } from '#primitives';
import type { KemKeyPair, SigningKeyPair } from '#primitives';

import { decodeList, isBytes } from '../cborList.js';

/** Keys that every device of a person holds. */
export interface ParcelContent {
  /** Private identity keys, the one in force first; a second one is about to come into force. None where the sender does not hold it. */
  readonly identityKeys: readonly Uint8Array[];
  /** Of `exportHistoryKeys`. */
  readonly historyKeys: Uint8Array;
  /** Of `encodeSealer`; undefined where the sender knows none. */
  readonly recovery: Uint8Array | undefined;
}

/** Between which devices of whom. */
interface ParcelRoute {
  readonly personId: string;
  readonly fromDevice: string;
  readonly toDevice: string;
}

const SUITE = { kem: 'xwing', aead: 'chacha20poly1305' } as const;
const INFO = utf8('chancery key parcel v1');
const VERSION = 1;
const KEY_LENGTH = 32;
const MAX_KEYS = 2;

/** Seals to the key of the receiver, and signs as the sender. */
export function sealParcel(
  content: ParcelContent,
  route: ParcelRoute,
  kemKey: Uint8Array,
  { privateKey }: SigningKeyPair,
): { readonly payload: Uint8Array; readonly signature: Uint8Array } {
  const { kemOutput, ciphertext } = hpkeSeal(SUITE, kemKey, INFO, boundTo(route), encodeContent(content));
  const payload = encode([VERSION, kemOutput, ciphertext]);
  return { payload, signature: sign(privateKey, encodeKeyParcel({ ...route, payload })) };
}

/** The inverse; undefined for anything but what the sender's device has sealed to exactly this device. */
export function openParcel(
  { payload, signature }: { readonly payload: Uint8Array; readonly signature: Uint8Array },
  route: ParcelRoute,
  pair: KemKeyPair,
  senderKey: Uint8Array,
): ParcelContent | undefined {
  if (!verifySignature(senderKey, encodeKeyParcel({ ...route, payload }), signature)) return undefined;
  const [version, kemOutput, ciphertext] = decodeList(payload);
  if (version !== VERSION || !isBytes(kemOutput) || !isBytes(ciphertext)) return undefined;
  try {
    return decodeContent(hpkeOpen(SUITE, pair, INFO, boundTo(route), { kemOutput, ciphertext }));
  } catch (error) {
    if (error instanceof PrimitivesError) return undefined;
    throw error;
  }
}

function encodeContent({ identityKeys, historyKeys, recovery }: ParcelContent): Uint8Array {
  return encode([VERSION, identityKeys, historyKeys, recovery ?? null]);
}

function decodeContent(bytes: Uint8Array): ParcelContent | undefined {
  const [version, identityKeys, historyKeys, recovery] = decodeList(bytes);
  if (version !== VERSION || !isKeys(identityKeys) || !isBytes(historyKeys)) return undefined;
  return { identityKeys, historyKeys, recovery: isBytes(recovery) ? recovery : undefined };
}

function isKeys(value: unknown): value is Uint8Array[] {
  if (!Array.isArray(value) || value.length > MAX_KEYS) return false;
  return value.every((key) => isBytes(key) && key.length === KEY_LENGTH);
}

function boundTo({ personId, fromDevice, toDevice }: ParcelRoute): Uint8Array {
  return encode([personId, fromDevice, toDevice]);
}
