import { decode, encode } from 'cborg';

import { equalBytes, hkdfSha256, randomBytes, utf8 } from '#primitives';

import { ChanceryError } from '../errors.js';
import { bytesOf, numberOf, textOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';

const SECRET = 'historyKey';
const KEY_LENGTH = 32;
const HASH_LENGTH = 32;
const VERSION = 1;
const MAX_ANCHORS = 1000;

/** How far the history of one of the person's devices is known to reach: a server that shows less hides something. */
export interface HistoryAnchor {
  readonly deviceId: string;
  /** Number of segments. */
  readonly segments: number;
  /** Hash of the last of them. */
  readonly head: Uint8Array;
}

/**
 * The person's history key with how far each device's history reached, as opaque bytes for another device of the same person. They open
 * everything that the person has read: whoever hands them over seals them to the device that gets them. Makes the key where the vault
 * has none yet.
 */
export async function exportHistoryKey(sql: Sql): Promise<Uint8Array> {
  const key = await ensureHistoryKey(sql);
  const anchors = (await loadAnchors(sql)).map(({ deviceId, segments, head }) => [deviceId, segments, head]);
  return encode([VERSION, key, anchors]);
}

/**
 * Takes what `exportHistoryKey` gave on another device of the same person; call it while the new vault is filled, within the same
 * transaction. @throws ChanceryError BAD_INPUT for anything else, or for a vault that holds another history key already
 */
export async function installHistoryKey(sql: Sql, exported: Uint8Array): Promise<void> {
  const { key, anchors } = parse(exported);
  const known = await findHistoryKey(sql);
  if (known && !equalBytes(known, key)) throw unusable('This vault holds another history key already.');
  if (!known) await sql.run('INSERT INTO secret VALUES (?, ?)', [SECRET, key]);
  for (const anchor of anchors) await raiseAnchor(sql, anchor);
}

/** The history key; made now where the vault has none. */
export async function ensureHistoryKey(sql: Sql): Promise<Uint8Array> {
  const known = await findHistoryKey(sql);
  if (known) return known;
  const key = randomBytes(KEY_LENGTH);
  await sql.run('INSERT INTO secret VALUES (?, ?)', [SECRET, key]);
  return key;
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

async function findHistoryKey(sql: Sql): Promise<Uint8Array | undefined> {
  const row = await sql.get('SELECT value FROM secret WHERE name = ?', [SECRET]);
  return row && bytesOf(row, 'value');
}

function parse(exported: Uint8Array): { key: Uint8Array; anchors: readonly HistoryAnchor[] } {
  const [version, key, anchors] = decodeList(exported);
  if (version !== VERSION || !isBytes(key, KEY_LENGTH) || !Array.isArray(anchors) || anchors.length > MAX_ANCHORS) {
    throw unusable('These bytes are no history key.');
  }
  return { key, anchors: anchors.map(parseAnchor) };
}

function parseAnchor(value: unknown): HistoryAnchor {
  const [deviceId, segments, head] = Array.isArray(value) ? (value as unknown[]) : [];
  const isSound = typeof deviceId === 'string' && Number.isSafeInteger(segments) && isBytes(head, HASH_LENGTH);
  if (!isSound) throw unusable('These bytes are no history key.');
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

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}

function unusable(message: string): ChanceryError {
  return new ChanceryError('BAD_INPUT', message, { field: 'historyKey' });
}
