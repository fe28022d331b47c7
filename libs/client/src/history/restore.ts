import { encodeHistoryManifest, HistoryManifestsDocument, HistorySegmentsDocument } from '#contracts';
import type { HistorySegmentsQuery } from '#contracts';
import { parseLabel } from '#policy';
import { equalBytes, verifySignature } from '#primitives';

import { bytesOrNothing } from '../base64.js';
import { insertGiven } from '../conversation/messages.js';
import { findConversation, newRecord, saveConversation } from '../conversation/record.js';
import type { Core } from '../core.js';
import { ChanceryError, hasCode } from '../errors.js';
import { bytesOf, numberOf, textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import { newestSegment } from './journal.js';
import { findAnchor, historyKeys, raiseAnchor } from './key.js';
import type { HistoryAnchor } from './key.js';
import { understood } from './records.js';
import { firstHash, openSegment, refused } from './segment.js';
import type { HistoryConversation, SegmentContent } from './segment.js';

const PAGE = 64;

/** How far one device's history has been taken over; see the table `history_restore`. */
interface Run {
  readonly deviceId: string;
  /** The next segment to take over; 0 when the run is complete. */
  readonly next: number;
  /** The hash that it has to have. */
  readonly hash: Uint8Array;
  /** What the manifest of the run says. */
  readonly newest: HistoryAnchor;
  /** The end of the run before. */
  readonly done: HistoryAnchor;
}

const SAVE = 'INSERT OR REPLACE INTO history_restore VALUES (?, ?, ?, ?, ?, ?, ?)';

/**
 * Asks how far the histories of the person's other devices reach, and notes what is new as still to be taken over.
 * @throws ChanceryError HISTORY_INVALID for a manifest that its device has not signed, that says less than it once said, or that is gone;
 * VAULT_ROLLED_BACK when the server holds more of this device's history than this vault
 */
export async function noteManifests(core: Core): Promise<void> {
  const { historyManifests } = await core.session.execute(HistoryManifestsDocument, {});
  const isKnown = historyManifests.every(({ deviceId }) => core.directory.current.device(deviceId));
  if (!isKnown) await core.directory.catchUp(core.session); // a device may be newer than this directory
  const manifests = historyManifests.map(({ deviceId, segments, head, signature }) => {
    const manifest = { deviceId, segments, head: bytesOrNothing(head) };
    requireSignature(core, manifest, bytesOrNothing(signature));
    return manifest;
  });
  await core.store.transaction(async (sql) => {
    await requireAllAnchors(sql, manifests);
    for (const manifest of manifests) await noteManifest(core, sql, manifest);
  });
}

/** The devices whose histories are still to be taken over. */
export async function unfinishedRestores({ store }: Pick<Core, 'store'>): Promise<string[]> {
  const rows = await store.read((sql) => sql.all('SELECT device_id FROM history_restore WHERE next > 0'));
  return rows.map((row) => textOf(row, 'device_id'));
}

/**
 * Takes the next page of a device's segments over, newest first; each with its place in the run in one transaction, so that a crash loses
 * nothing.
 * @returns whether there is more
 * @throws ChanceryError HISTORY_INVALID: of a segment that is not the right one nothing is taken over; HISTORY_KEY_MISSING: it waits
 */
export async function restoreNext(core: Core, deviceId: string): Promise<boolean> {
  const { store, session } = core;
  const next = await store.read((sql) => nextOf(sql, deviceId));
  if (next === 0) return false;
  const variables = { deviceId, before: next + 1, first: PAGE };
  const { historySegments: page } = await session.execute(HistorySegmentsDocument, variables);
  if (page.length === 0) throw refused({ number: next }, 'is withheld by the server');
  const { changed, failure } = await store.transaction((sql) => takePage(core, sql, deviceId, page));
  for (const conversationId of changed) core.emit({ type: 'conversation', conversationId });
  if (failure) throw failure;
  return (await store.read((sql) => nextOf(sql, deviceId))) > 0;
}

async function nextOf(sql: Sql, deviceId: string): Promise<number> {
  const row = await sql.get('SELECT next FROM history_restore WHERE device_id = ?', [deviceId]);
  return row ? numberOf(row, 'next') : 0;
}

/** Segments of other devices that are still to come. */
export async function countMissing(sql: Sql): Promise<number> {
  const row = await sql.get('SELECT coalesce(sum(next - done), 0) AS n FROM history_restore WHERE next > 0');
  return row ? numberOf(row, 'n') : 0;
}

function requireSignature({ profile, directory }: Core, manifest: HistoryAnchor, signature: Uint8Array): void {
  const { personId } = profile;
  const device = directory.current.device(manifest.deviceId);
  const isOwn = device?.person === personId;
  if (isOwn && verifySignature(device.signatureKey, encodeHistoryManifest({ personId, ...manifest }), signature))
    return;
  throw invalid('The server gives a history that no device of yours has signed.');
}

async function requireAllAnchors(sql: Sql, manifests: readonly HistoryAnchor[]): Promise<void> {
  const given = new Set(manifests.map(({ deviceId }) => deviceId));
  const known = (await sql.all('SELECT device_id FROM history_anchor')).map((row) => textOf(row, 'device_id'));
  if (known.every((deviceId) => given.has(deviceId))) return;
  throw invalid('The server no longer gives the history of a device that had one.');
}

async function noteManifest({ profile }: Core, sql: Sql, manifest: HistoryAnchor): Promise<void> {
  const { deviceId } = manifest;
  const anchor = await findAnchor(sql, deviceId);
  requireNoRollback(anchor, manifest);
  if (deviceId === profile.deviceId) return requireOwn(sql, manifest);
  const row = await sql.get('SELECT * FROM history_restore WHERE device_id = ?', [deviceId]);
  const run = row && runOf(row);
  requireNoRollback(run?.newest, manifest);
  const done = run?.done ?? { deviceId, segments: 0, head: firstHash(deviceId) };
  if ((run && run.next > 0) || done.segments >= manifest.segments) return;
  await save(sql, { deviceId, next: manifest.segments, hash: manifest.head, newest: manifest, done });
}

function requireNoRollback(known: HistoryAnchor | undefined, { segments, head }: HistoryAnchor): void {
  if (!known || segments > known.segments) return;
  if (segments === known.segments && equalBytes(head, known.head)) return;
  throw invalid('The server gives an older, or another, history of a device than it gave before.');
}

/** What this device has sealed itself it knows best. */
async function requireOwn(sql: Sql, { deviceId, segments }: HistoryAnchor): Promise<void> {
  const { number } = await newestSegment(sql, deviceId);
  if (segments <= number) return;
  throw new ChanceryError(
    'VAULT_ROLLED_BACK',
    'The server holds history of this device that this vault does not know.',
  );
}

/** Up to the first segment that is not the right one: it has changed nothing, and those before it count. */
async function takePage(
  core: Core,
  sql: Sql,
  deviceId: string,
  page: HistorySegmentsQuery['historySegments'],
): Promise<{ readonly changed: ReadonlySet<string>; readonly failure?: ChanceryError }> {
  const changed = new Set<string>();
  for (const segment of page) {
    try {
      for (const id of await takeOver(core, sql, deviceId, segment)) changed.add(id);
    } catch (failure) {
      if (hasCode(failure, 'HISTORY_INVALID', 'HISTORY_KEY_MISSING')) return { changed, failure };
      throw failure;
    }
  }
  return { changed };
}

/** Returns the conversations in which something is new; verifies everything before it writes anything. */
async function takeOver(
  core: Core,
  sql: Sql,
  deviceId: string,
  { number, payload }: HistorySegmentsQuery['historySegments'][number],
): Promise<ReadonlySet<string>> {
  const row = await sql.get('SELECT * FROM history_restore WHERE device_id = ? AND next > 0', [deviceId]);
  if (!row) return new Set();
  const run = runOf(row);
  if (number !== run.next) throw refused({ number: run.next }, 'is withheld by the server');
  const { personId } = core.profile;
  await requireAnchored(sql, run);
  const place = { personId, deviceId, number };
  const { previous, content } = openSegment(await historyKeys(sql), place, run.hash, bytesOrNothing(payload));
  if (number - 1 === run.done.segments) await complete(sql, run, previous);
  else await save(sql, { ...run, next: number - 1, hash: previous });
  return install(core, sql, content);
}

/** A chain that does not go through what was known of it is another chain. */
async function requireAnchored(sql: Sql, { deviceId, next, hash }: Run): Promise<void> {
  const anchor = await findAnchor(sql, deviceId);
  if (anchor?.segments !== next || equalBytes(anchor.head, hash)) return;
  throw refused({ number: next }, 'is not the one that this device knew of');
}

async function complete(sql: Sql, run: Run, previous: Uint8Array): Promise<void> {
  if (!equalBytes(previous, run.done.head))
    throw refused({ number: run.next }, 'does not follow what was taken over before');
  await save(sql, { ...run, next: 0, done: run.newest });
  await raiseAnchor(sql, run.newest);
}

async function install(core: Core, sql: Sql, { conversations, records }: SegmentContent): Promise<ReadonlySet<string>> {
  const { personId } = core.profile;
  const changed = new Set<string>();
  for (const conversation of conversations) await installConversation(sql, conversation);
  const firstPlaces = new Map<string, number>();
  for (const { givenBy, ...message } of records) {
    const { groupId } = message;
    const first = firstPlaces.get(groupId) ?? (await firstPlace(sql, groupId));
    firstPlaces.set(groupId, first);
    if (message.seq >= first) continue; // this device receives it itself
    if (await insertGiven(sql, understood(message), givenBy ?? personId, personId)) changed.add(groupId);
  }
  return changed;
}

/** The first place that this device receives itself; none where it is no member. */
async function firstPlace(sql: Sql, groupId: string): Promise<number> {
  const known = await findConversation(sql, groupId);
  return known?.state === 'left' ? Number.MAX_SAFE_INTEGER : (known?.firstSeq ?? 0);
}

/** One that this device is no member of is there to be read; when it joins, it goes on in it. */
async function installConversation(sql: Sql, { id, name, namedAt, labelText }: HistoryConversation): Promise<void> {
  const known = await findConversation(sql, id);
  if (known && (namedAt > known.namedAt || known.name === '')) await saveConversation(sql, { ...known, name, namedAt });
  const label = parseLabel(labelText);
  if (known || !label) return;
  await saveConversation(sql, newRecord({ id, name, namedAt, label, state: 'left' }));
}

async function save(sql: Sql, { deviceId, next, hash, newest, done }: Run): Promise<void> {
  await sql.run(SAVE, [deviceId, next, hash, newest.segments, newest.head, done.segments, done.head]);
}

function runOf(row: Row): Run {
  const deviceId = textOf(row, 'device_id');
  return {
    deviceId,
    next: numberOf(row, 'next'),
    hash: bytesOf(row, 'hash'),
    newest: { deviceId, segments: numberOf(row, 'newest'), head: bytesOf(row, 'newest_hash') },
    done: { deviceId, segments: numberOf(row, 'done'), head: bytesOf(row, 'done_hash') },
  };
}

function invalid(message: string): ChanceryError {
  return new ChanceryError('HISTORY_INVALID', message);
}
