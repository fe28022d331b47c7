import { encode } from 'cborg';

import { hpkeOpen, hpkeSeal, PrimitivesError, signingPublicKey, utf8 } from '#primitives';
import type { KemKeyPair, SigningKeyPair } from '#primitives';

import { decodeList, isBytes, isText } from '../cborList.js';
import { ChanceryError } from '../errors.js';

/** What a person's new device gets from another one. */
export interface Handover {
  readonly identityKey: SigningKeyPair;
  /** Opaque, of `exportHistoryKey`. */
  readonly historyKey: Uint8Array;
  readonly personId: string;
  readonly personName: string;
  readonly postId: string;
  readonly ministryName: string;
  /** Canonical JSON text. */
  readonly policy: string;
  /** In how many conversations the person is. */
  readonly conversations: number;
  /** Of `encodeSealer`; undefined where the person has no recovery code, or none that the other device could renew. */
  readonly recovery: Uint8Array | undefined;
}

const SUITE = { kem: 'xwing', aead: 'chacha20poly1305' } as const;
const INFO = utf8('chancery pairing handover v1');
const VERSION = 1;
const KEY_LENGTH = 32;

/** Seals to the key of the offer, bound to everything that both devices have said. */
export function sealHandover(handover: Handover, kemKey: Uint8Array, transcript: Uint8Array): Uint8Array {
  const { identityKey, historyKey, personId, personName, postId, ministryName, policy } = handover;
  const { conversations, recovery } = handover;
  const keys = [VERSION, identityKey.privateKey, historyKey];
  const fields = [...keys, personId, personName, postId, ministryName, policy, conversations, recovery ?? null];
  const { kemOutput, ciphertext } = hpkeSeal(SUITE, kemKey, INFO, transcript, encode(fields));
  return encode([kemOutput, ciphertext]);
}

/**
 * The inverse. Who has sealed it shows in the identity key: nobody else has it, and the directory says which one is the person's.
 * @throws ChanceryError PAIRING_INVALID when it was made for another pairing, or changed
 */
export function openHandover(sealed: Uint8Array, pair: KemKeyPair, transcript: Uint8Array): Handover {
  const [kemOutput, ciphertext] = decodeList(sealed);
  if (!isBytes(kemOutput) || !isBytes(ciphertext)) throw notAuthentic();
  const fields = decodeList(openBytes(pair, transcript, kemOutput, ciphertext));
  const [version, privateKey, historyKey, personId, personName, postId, ministryName, policy, ...rest] = fields;
  const [conversations, recovery] = rest;
  if (version !== VERSION || !isBytes(privateKey) || privateKey.length !== KEY_LENGTH) throw notAuthentic();
  if (!isBytes(historyKey) || !isText(personId) || !isText(personName)) throw notAuthentic();
  if (!isText(postId) || !isText(ministryName) || !isText(policy)) throw notAuthentic();
  if (typeof conversations !== 'number') throw notAuthentic();
  const identityKey = { privateKey, publicKey: signingPublicKey(privateKey) };
  const names = { personId, personName, postId, ministryName };
  return {
    identityKey,
    historyKey,
    ...names,
    policy,
    conversations,
    recovery: isBytes(recovery) ? recovery : undefined,
  };
}

function openBytes(
  pair: KemKeyPair,
  transcript: Uint8Array,
  kemOutput: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  try {
    return hpkeOpen(SUITE, pair, INFO, transcript, { kemOutput, ciphertext });
  } catch (error) {
    if (error instanceof PrimitivesError) throw notAuthentic(error);
    throw error;
  }
}

function notAuthentic(cause?: unknown): ChanceryError {
  return new ChanceryError('PAIRING_INVALID', 'What the other device has handed over does not authenticate.', {
    cause,
  });
}
