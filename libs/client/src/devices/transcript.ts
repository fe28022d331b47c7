import { encode } from 'cborg';

import { concatBytes, equalBytes, isKemPublicKey, sha256, utf8 } from '#primitives';
import { isStatementId, isStatementName } from '#transparency';

import { decodeList, isBytes, isText } from '../cborList.js';
import { wordsOf } from './words.js';

/** What a new device says of itself. */
export interface DeviceOffer {
  readonly deviceId: string;
  readonly deviceName: string;
  /** Ed25519, 32 bytes: signs messages and opens sessions. */
  readonly signatureKey: Uint8Array;
  /** X-Wing, 1216 bytes: for this pairing only. */
  readonly kemKey: Uint8Array;
}

/** What the device that is to approve says. */
export interface PairingAnswer {
  /** 32 random bytes, so that nobody can choose what the words will be. */
  readonly nonce: Uint8Array;
  readonly rootFingerprint: Uint8Array;
  readonly ministryName: string;
  readonly personId: string;
  readonly personName: string;
  readonly deviceId: string;
}

/** Everything that both devices have said. */
export interface Transcript {
  readonly offer: Uint8Array;
  readonly offerNonce: Uint8Array;
  readonly answer: Uint8Array;
}

/** What both screens show. Whoever swaps a key on the way hits the same with a chance of one in ten million, once. */
export interface ShortAuthentication {
  /** Seven digits. */
  readonly digits: string;
  /** Four words, of the same hash. */
  readonly words: readonly string[];
}

const VERSION = 1;
const KEY_LENGTH = 32;
const DIGITS = 7;

export function encodeOffer({ deviceId, deviceName, signatureKey, kemKey }: DeviceOffer): Uint8Array {
  return encode(['chancery device offer', VERSION, deviceId, deviceName, signatureKey, kemKey]);
}

/** Undefined for anything but the encoding of a sound offer. */
export function decodeOffer(bytes: Uint8Array): DeviceOffer | undefined {
  const [, , deviceId, deviceName, signatureKey, kemKey] = decodeList(bytes);
  if (!isText(deviceId) || !isText(deviceName) || !isStatementId(deviceId) || !isStatementName(deviceName))
    return undefined;
  if (!isBytes(signatureKey) || signatureKey.length !== KEY_LENGTH) return undefined;
  if (!isBytes(kemKey) || !isKemPublicKey('xwing', kemKey)) return undefined;
  const offer = { deviceId, deviceName, signatureKey, kemKey };
  return equalBytes(encodeOffer(offer), bytes) ? offer : undefined;
}

export function encodeAnswer(answer: PairingAnswer): Uint8Array {
  const { nonce, rootFingerprint, ministryName, personId, personName, deviceId } = answer;
  return encode([
    'chancery pairing answer',
    VERSION,
    nonce,
    rootFingerprint,
    ministryName,
    personId,
    personName,
    deviceId,
  ]);
}

/** Undefined for anything but the encoding of a sound answer. */
export function decodeAnswer(bytes: Uint8Array): PairingAnswer | undefined {
  const [, , nonce, rootFingerprint, ministryName, personId, personName, deviceId] = decodeList(bytes);
  if (!isBytes(nonce) || !isBytes(rootFingerprint) || rootFingerprint.length !== KEY_LENGTH) return undefined;
  if (!isText(ministryName) || !isText(personId) || !isText(personName) || !isText(deviceId)) return undefined;
  if (nonce.length !== KEY_LENGTH || !isStatementId(personId) || !isStatementName(personName)) return undefined;
  const answer = { nonce, rootFingerprint, ministryName, personId, personName, deviceId };
  return equalBytes(encodeAnswer(answer), bytes) ? answer : undefined;
}

/** What a new device says first: it can't choose its keys by what the other device answers, nor can anybody in between. */
export function commitmentOf(offer: Uint8Array, nonce: Uint8Array): Uint8Array {
  return sha256(concatBytes(offer, nonce));
}

/** Hash of the whole conversation: what is handed over is bound to it. */
export function transcriptHash({ offer, offerNonce, answer }: Transcript): Uint8Array {
  return sha256(encode(['chancery pairing transcript', VERSION, offer, offerNonce, answer]));
}

export function shortAuthentication(transcript: Transcript): ShortAuthentication {
  const hash = sha256(concatBytes(utf8('chancery pairing words'), transcriptHash(transcript)));
  const number = hash.subarray(0, 6).reduce((value, byte) => value * 256 + byte, 0);
  const digits = String(number % 10 ** DIGITS).padStart(DIGITS, '0');
  return { digits, words: wordsOf(hash.subarray(8, 12)) };
}
