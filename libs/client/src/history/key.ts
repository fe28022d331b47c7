import { decode, encode } from 'cborg';

import { concatBytes, equalBytes, hkdfSha256, randomBytes, sha256, utf8 } from '#primitives';

import { ChanceryError } from '../errors.js';
import { bytesOf, numberOf, textOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';

const KEY_LENGTH = 32;
const HASH_LENGTH = 32;
const ID_LENGTH = 8;
const VERSION = 1;
const MAX_ANCHORS = 1000;
const MAX_KEYS = 1000;

/** How far the history of one of the person's devices is known to reach: a server that shows less hides something. */
export interface HistoryAnchor {
  readonly deviceId: string;
  /** Number of segments. */
  readonly segments: number;
  /** Hash of the last of them. */
  readonly head: Uint8Array;
}

/** One of the person's history keys. The later ones were made because somebody who is no longer trusted knew those before. */
export interface HistoryKey {
  readonly key: Uint8Array;
  /** Place of the newest revocation of a device of the person that was known when the key was made; 0 for the first. */
  readonly since: number;
}

/**
 * The person's history keys with how far each device's history reached, as opaque bytes for another device of the same person. They open
 * everything that the person has read: whoever hands them over seals them to the device that gets them. Makes the first key where the
 * vault has none yet.
 */
export async function exportHistoryKey(sql: Sql): Promise<Uint8Array> {
  return encodeKeys(await historyKeys(sql), await loadAnchors(sql));
}

/** The same without how far the histories reached: it changes only when there is a new key. */
export async function exportHistoryKeys(sql: Sql): Promise<Uint8Array> {
  return encodeKeys(await historyKeys(sql), []);
}

/**
 * Takes what `exportHistoryKey` gave on another device of the same person; call it while the new vault is filled, within the same
 * transaction. @throws ChanceryError BAD_INPUT for anything else, or for a vault that holds other history keys already
 */
export async function installHistoryKey(sql: Sql, exported: Uint8Array): Promise<void> {
  const { keys, anchors } = parse(exported);
  const known = await loadKeys(sql);
  const isSame = known.length === 0 || keys.some(({ key }) => known.some((one) => equalBytes(one.key, key)));
  if (!isSame) throw unusable('This vault holds another history key already.');
  for (const one of keys) await addKey(sql, one);
  for (const anchor of anchors) await raiseAnchor(sql, anchor);
}

/**
 * Adds the keys that another device of the same person holds to those of a vault in use.
 * @param newest place of the newest statement that this device knows: a key that claims to be made after it is left out
 * @returns whether none was left out
 * @throws ChanceryError BAD_INPUT for anything that `exportHistoryKeys` did not give
 */
export async function mergeHistoryKeys(sql: Sql, exported: Uint8Array, newest: number): Promise<boolean> {
  const { keys } = parse(exported);
  const believed = keys.filter(({ since }) => since <= newest);
  for (const one of believed) await addKey(sql, one);
  return believed.length === keys.length;
}

/** A key that nobody has who was revoked up to a place of the log. */
export async function renewHistoryKey(sql: Sql, since: number): Promise<void> {
  await addKey(sql, { key: randomBytes(KEY_LENGTH), since });
}

/** All of them, oldest first; the first is made now where the vault has none. */
export async function historyKeys(sql: Sql): Promise<HistoryKey[]> {
  const known = await loadKeys(sql);
  if (known.length > 0) return known;
  await renewHistoryKey(sql, 0);
  return loadKeys(sql);
}

/** The one that seals what is read now: of several that devices have made at the same time, all of them choose the same. */
export async function currentHistoryKey(sql: Sql): Promise<HistoryKey> {
  const newest = (await historyKeys(sql)).at(-1);
  if (!newest) throw new Error('a history key was just made');
  return newest;
}

/** What names a key beside what it has sealed: 8 bytes. */
export function historyKeyId({ key }: Pick<HistoryKey, 'key'>): Uint8Array {
  return sha256(concatBytes(utf8('chancery history key'), key)).subarray(0, ID_LENGTH);
}

/** The key that seals the segments of one device. */
export function segmentKey(historyKey: Uint8Array, personId: string, deviceId: string): Uint8Array {
  const info = utf8(`chancery history segment v1 ${personId} ${deviceId}`);
  return hkdfSha256(historyKey, new Uint8Array(0), info, KEY_LENGTH);
}

export async function findAnchor(sql: Sql, deviceId: string): Promise<HistoryAnchor | undefined> {
  const row = await sql.get('SELECT * FROM history_anchor WHERE device_id = ?', [deviceId]);
  return row && { deviceId, segments: numberOf(row, 'segments'), head: bytesOf(row, 'head') };
}

/** Remembers the furthest; one that reaches less far changes nothing. */
export async function raiseAnchor(sql: Sql, { deviceId, segments, head }: HistoryAnchor): Promise<void> {
  const upsert = `INSERT INTO history_anchor VALUES (?, ?, ?) ON CONFLICT DO UPDATE
    SET segments = excluded.segments, head = excluded.head WHERE excluded.segments > segments`;
  await sql.run(upsert, [deviceId, segments, head]);
}

async function loadAnchors(sql: Sql): Promise<HistoryAnchor[]> {
  const rows = await sql.all('SELECT * FROM history_anchor ORDER BY device_id');
  return rows.map((row) => ({
    deviceId: textOf(row, 'device_id'),
    segments: numberOf(row, 'segments'),
    head: bytesOf(row, 'head'),
  }));
}

async function loadKeys(sql: Sql): Promise<HistoryKey[]> {
  const rows = await sql.all('SELECT key, since FROM history_key ORDER BY since, key');
  return rows.map((row) => ({ key: bytesOf(row, 'key'), since: numberOf(row, 'since') }));
}

async function addKey(sql: Sql, { key, since }: HistoryKey): Promise<void> {
  await sql.run('INSERT OR IGNORE INTO history_key VALUES (?, ?)', [key, since]);
}

function encodeKeys(keys: readonly HistoryKey[], anchors: readonly HistoryAnchor[]): Uint8Array {
  const reached = anchors.map(({ deviceId, segments, head }) => [deviceId, segments, head]);
  return encode([VERSION, keys.map(({ key, since }) => [key, since]), reached]);
}

function parse(exported: Uint8Array): { keys: readonly HistoryKey[]; anchors: readonly HistoryAnchor[] } {
  const [version, keys, anchors] = decodeList(exported);
  if (version !== VERSION || !isList(keys, MAX_KEYS) || keys.length === 0 || !isList(anchors, MAX_ANCHORS)) {
    throw noKey();
  }
  return { keys: keys.map(parseKey), anchors: anchors.map(parseAnchor) };
}

function parseKey(value: unknown): HistoryKey {
  const [key, since] = Array.isArray(value) ? (value as unknown[]) : [];
  if (!isBytes(key, KEY_LENGTH) || !Number.isSafeInteger(since)) throw noKey();
  return { key, since: since as number };
}

function parseAnchor(value: unknown): HistoryAnchor {
  const [deviceId, segments, head] = Array.isArray(value) ? (value as unknown[]) : [];
  const isSound = typeof deviceId === 'string' && Number.isSafeInteger(segments) && isBytes(head, HASH_LENGTH);
  if (!isSound) throw noKey();
  return { deviceId, segments: segments as number, head };
}

function decodeList(bytes: Uint8Array): unknown[] {
  try {
    const value: unknown = decode(bytes, { strict: true });
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isList(value: unknown, most: number): value is unknown[] {
  return Array.isArray(value) && value.length <= most;
}

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}

function noKey(): ChanceryError {
  return unusable('These bytes are no history key.');
}

function unusable(message: string): ChanceryError {
  return new ChanceryError('BAD_INPUT', message, { field: 'historyKey' });
}
