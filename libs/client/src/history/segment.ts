import { decode, encode } from 'cborg';

import { padmeLength } from '#mls';
import { concatBytes, equalBytes, open, PrimitivesError, seal, sha256, utf8 } from '#primitives';

import { ChanceryError } from '../errors.js';
import { historyKeyId, segmentKey } from './key.js';
import type { HistoryKey } from './key.js';
import { isMap, parseRecord } from './records.js';
import type { HistoryRecord } from './records.js';

/** A conversation as it is called in a segment, so that a device that is no member of it can show it. */
export interface HistoryConversation {
  readonly id: string;
  readonly name: string;
  readonly namedAt: number;
  readonly labelText: string;
}

export interface SegmentContent {
  readonly conversations: readonly HistoryConversation[];
  readonly records: readonly HistoryRecord[];
}

/** Where a segment stands: nothing that was sealed for one place opens at another. */
export interface SegmentPlace {
  readonly personId: string;
  readonly deviceId: string;
  /** From 1. */
  readonly number: number;
}

const VERSION = 1;
const DOMAIN = 'chancery history segment v1';
const LENGTH_BYTES = 4;

/** What stands for the hash of the segment before the first: SHA-256("chancery history" ‖ device id). */
export function firstHash(deviceId: string): Uint8Array {
  return sha256(concatBytes(utf8('chancery history'), utf8(deviceId)));
}

/** Names a segment; the next one, or the manifest, holds it. */
export function segmentHash(segment: Uint8Array): Uint8Array {
  return sha256(segment);
}

/**
 * Seals a segment with XChaCha20-Poly1305: CBOR [1, number, hash of the segment before, sealed bytes, id of the history key]. Person,
 * device, number and that hash are authenticated with it. The length is padded (Padmé).
 */
export function sealSegment(
  historyKey: Pick<HistoryKey, 'key'>,
  place: SegmentPlace,
  previous: Uint8Array,
  content: SegmentContent,
): Uint8Array {
  const key = segmentKey(historyKey.key, place.personId, place.deviceId);
  const sealed = seal(key, pad(encode({ v: VERSION, ...content })), associatedData(place, previous));
  return encode([VERSION, place.number, previous, sealed, historyKeyId(historyKey)]);
}

/**
 * Opens the segment that has a hash.
 * @param keys all that this device has of the person's
 * @throws ChanceryError HISTORY_INVALID for any other bytes, and for a segment of another person, device or place; HISTORY_KEY_MISSING
 */
export function openSegment(
  keys: readonly Pick<HistoryKey, 'key'>[],
  place: SegmentPlace,
  hash: Uint8Array,
  segment: Uint8Array,
): { readonly previous: Uint8Array; readonly content: SegmentContent } {
  if (!equalBytes(segmentHash(segment), hash)) throw refused(place, 'is not the one that belongs at its place');
  const [version, number, previous, sealed, keyId] = decodeList(segment);
  const isPlaced = version === VERSION && number === place.number;
  const areBytes = previous instanceof Uint8Array && sealed instanceof Uint8Array && keyId instanceof Uint8Array;
  if (!isPlaced || !areBytes) throw refused(place, 'can not be read');
  const found = keys.find((one) => equalBytes(historyKeyId(one), keyId));
  if (!found) throw keyMissing(place);
  const key = segmentKey(found.key, place.personId, place.deviceId);
  return { previous, content: parseContent(unsealed(key, place, previous, sealed), place) };
}

function keyMissing({ number }: SegmentPlace): ChanceryError {
  const message = `Segment ${String(number)} of the sealed history is under a key that this device has not been given yet.`;
  return new ChanceryError('HISTORY_KEY_MISSING', message);
}

export function refused({ number }: Pick<SegmentPlace, 'number'>, reason: string): ChanceryError {
  return new ChanceryError('HISTORY_INVALID', `Segment ${String(number)} of the sealed history ${reason}.`);
}

function unsealed(key: Uint8Array, place: SegmentPlace, previous: Uint8Array, sealed: Uint8Array): Uint8Array {
  try {
    return open(key, sealed, associatedData(place, previous));
  } catch (error) {
    if (!(error instanceof PrimitivesError)) throw error;
    throw refused(place, 'does not open under the history key');
  }
}

function associatedData({ personId, deviceId, number }: SegmentPlace, previous: Uint8Array): Uint8Array {
  return encode([DOMAIN, personId, deviceId, number, previous]);
}

function parseContent(padded: Uint8Array, place: SegmentPlace): SegmentContent {
  const value = decodeValue(unpad(padded));
  const { conversations, records } = isMap(value) ? value : {};
  if (!Array.isArray(conversations) || !Array.isArray(records)) throw refused(place, 'has no readable content');
  const parsed = {
    conversations: conversations.flatMap((one) => (isConversation(one) ? [one] : [])),
    records: records.flatMap((one) => parseRecord(one) ?? []),
  };
  const isWhole = parsed.conversations.length === conversations.length && parsed.records.length === records.length;
  if (!isWhole) throw refused(place, 'holds something that this client can not read');
  return parsed;
}

function isConversation(value: unknown): value is HistoryConversation {
  if (!isMap(value)) return false;
  const { id, name, namedAt, labelText } = value;
  const isNamed = typeof name === 'string' && typeof namedAt === 'number' && Number.isSafeInteger(namedAt);
  return isNamed && typeof id === 'string' && typeof labelText === 'string';
}

/** uint32 length ‖ content ‖ zeros. */
function pad(content: Uint8Array): Uint8Array {
  const padded = new Uint8Array(padmeLength(LENGTH_BYTES + content.length));
  new DataView(padded.buffer).setUint32(0, content.length);
  padded.set(content, LENGTH_BYTES);
  return padded;
}

function unpad(padded: Uint8Array): Uint8Array {
  if (padded.length < LENGTH_BYTES) return padded;
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  return padded.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
}

function decodeList(bytes: Uint8Array): unknown[] {
  const value = decodeValue(bytes);
  return Array.isArray(value) ? value : [];
}

function decodeValue(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, { strict: true, rejectDuplicateMapKeys: true });
  } catch {
    return undefined;
  }
}
