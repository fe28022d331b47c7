import type { HeldCheckpoint } from '#contracts';
import { fromUtf8 } from '#primitives';
import { checkpointText, encodeNote, resignedNote } from '#transparency';
import type { Directory, NoteKey } from '#transparency';

import { bytesOf, maybeBytes, numberOf, textOf } from '../ports/store.js';
import type { Sql, Store } from '../ports/store.js';
import type { Problem } from '../types.js';
import type { Objection } from './judgement.js';
import type { VaultTree } from './tree.js';

/** A checkpoint that a message has named. */
export interface Heard extends HeldCheckpoint {
  readonly groupId: string;
  readonly seq: number;
  readonly deviceId: string;
}

/** Remembers what was heard until the directory has been brought up to it: in the transaction that takes in the message. */
export async function remember(sql: Sql, { groupId, seq, deviceId, size, root, signature }: Heard): Promise<void> {
  const insert = 'INSERT OR REPLACE INTO heard_checkpoint VALUES (?, ?, ?, ?, ?, ?)';
  await sql.run(insert, [groupId, seq, deviceId, size, root, signature ?? null]);
}

export async function allHeard(store: Store): Promise<Heard[]> {
  const rows = await store.read((sql) => sql.all('SELECT * FROM heard_checkpoint ORDER BY size'));
  return rows.map((row) => {
    const signature = maybeBytes(row, 'signature');
    return {
      groupId: textOf(row, 'group_id'),
      seq: numberOf(row, 'seq'),
      deviceId: textOf(row, 'device_id'),
      size: numberOf(row, 'size'),
      root: bytesOf(row, 'root'),
      ...(signature && { signature }),
    };
  });
}

export async function forget(store: Store, heard: readonly Heard[]): Promise<void> {
  await store.transaction(async (sql) => {
    for (const { groupId, seq } of heard) {
      await sql.run('DELETE FROM heard_checkpoint WHERE group_id = ? AND seq = ?', [groupId, seq]);
    }
  });
}

/** What is wrong with a checkpoint that was heard before the directory was brought up to date; undefined if nothing is. */
export async function objectionToHeard(
  store: Store,
  tree: VaultTree,
  directory: Directory,
  heard: Heard,
): Promise<Objection | undefined> {
  const agrees = await store.read((sql) => tree.agrees(sql, heard));
  if (agrees === true) return undefined;
  const who = nameOf(heard, directory);
  const size = String(heard.size);
  const message =
    agrees === undefined
      ? `The server keeps back from this device what it has shown to ${who}: ${size} statements, not ${String(tree.current.size)}.`
      : `The server has shown another directory to ${who} than to this device, at size ${size}.`;
  return { code: 'SPLIT_VIEW', message };
}

/**
 * Whether the server has to answer for a checkpoint that a message names: a log that has keys has signed it. Anybody can write
 * down a checkpoint that never was, and must not be able to stop others from sending by it.
 */
export function isLogsWord({ size, root, signature }: Heard, origin: string, keys: readonly NoteKey[]): boolean {
  if (keys.length === 0) return true; // nothing is signed yet
  if (!signature) return false;
  return keys.some((key) => resignedNote({ origin, size, root }, key, signature) !== undefined);
}

/** The checkpoint as a note, with the log's signature where it has one, and the message that named it. */
export function evidenceOf(heard: Heard, origin: string, keys: readonly NoteKey[]): string {
  const { groupId, seq, deviceId, size, root, signature } = heard;
  const checkpoint = { origin, size, root };
  const notes = signature ? keys.flatMap((key) => resignedNote(checkpoint, key, signature) ?? []) : [];
  const note = notes[0] ? fromUtf8(encodeNote(notes[0])) : checkpointText(checkpoint);
  return `${note}\nnamed by device ${deviceId} in message ${String(seq)} of ${groupId}\n`;
}

/** What is told of a checkpoint that no log has signed. */
export function unfounded(heard: Heard, directory: Directory): Problem {
  const message = `${nameOf(heard, directory)} names a state of the directory that the log has not signed; it is not taken into account.`;
  return { code: 'ENVELOPE_INVALID', message };
}

function nameOf({ deviceId }: Heard, directory: Directory): string {
  const person = directory.device(deviceId)?.person;
  return (person === undefined ? undefined : directory.person(person)?.name) ?? 'a colleague';
}
