import { equalBytes, utf8 } from '#primitives';
import { decodeNote, LogError, logOrigin, logSignature, openCheckpoint, parseCheckpoint } from '#transparency';
import type { Checkpoint, Directory, NoteKey } from '#transparency';

import type { LogAlarmCode } from './alarms.js';
import type { TreeState } from './tree.js';

/** What is wrong with a checkpoint that the server showed. */
export interface Objection {
  readonly code: LogAlarmCode;
  readonly message: string;
}

/** What the server showed, held against what this device has verified. */
export interface Shown {
  /** Signed note; undefined where the server gave none. */
  readonly note: string | undefined;
  readonly tree: TreeState;
  readonly directory: Directory;
  readonly now: Date;
}

/** The checkpoint of a note, whoever signed it; undefined for anything else. */
export function readCheckpoint(note: string | undefined): Checkpoint | undefined {
  if (note === undefined) return undefined;
  try {
    return parseCheckpoint(decodeNote(utf8(note)).text);
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}

/**
 * Whether a checkpoint fits: by a log key that the log itself states (none is asked for while it states none), no smaller
 * than what this device has, and with the root that this device computes from the statements. Undefined if it fits.
 */
export function objectionToCheckpoint({ note, tree, directory, now }: Shown): Objection | undefined {
  const keys = directory.serverKeys('log', now);
  const checkpoint = readCheckpoint(note);
  if (!checkpoint) {
    return keys.length === 0 ? undefined : unsigned('The server shows no checkpoint of the directory.');
  }
  if (keys.length > 0 && !signedCheckpoint(note, directory, now)) {
    return unsigned('The checkpoint of the directory is not signed with a key that the directory names.');
  }
  if (checkpoint.size < tree.size) return rolledBack(checkpoint.size, tree.size);
  if (checkpoint.size > tree.size) {
    const sizes = `${String(checkpoint.size)} statements, gives only ${String(tree.size)}`;
    return { code: 'LOG_ROLLED_BACK', message: `The server has signed ${sizes}.` };
  }
  if (equalBytes(checkpoint.root, tree.root)) return undefined;
  const message = `The server has signed other statements than it gave to this device, at size ${String(tree.size)}.`;
  return { code: 'LOG_FORKED', message };
}

export function rolledBack(shown: number, seen: number): Objection {
  const sizes = `${String(shown)} statements, after ${String(seen)} before`;
  return { code: 'LOG_ROLLED_BACK', message: `The server shows an older directory than it showed before: ${sizes}.` };
}

const unsigned = (message: string): Objection => ({ code: 'LOG_UNSIGNED', message });

/** The checkpoint of a note that one of the log keys has signed which the statements name. */
export function signedCheckpoint(note: string | undefined, directory: Directory, now: Date): Checkpoint | undefined {
  const opened = logKeys(directory, now).map((key) => tryToOpen(note ?? '', key));
  return opened.find((checkpoint) => checkpoint !== undefined);
}

/** The log's signature under a note that one of its keys has signed. */
export function signatureUnder(note: string, directory: Directory, now: Date): Uint8Array | undefined {
  const key = logKeys(directory, now).find((candidate) => tryToOpen(note, candidate) !== undefined);
  return key && logSignature(decodeNote(utf8(note)), key);
}

/** The keys of the log that the statements name, newest first. */
export function logKeys(directory: Directory, now: Date): NoteKey[] {
  const name = directory.ministry ? logOrigin(directory.ministry.fingerprint) : '';
  return directory.serverKeys('log', now).map((publicKey) => ({ name, publicKey }));
}

function tryToOpen(note: string, key: NoteKey): Checkpoint | undefined {
  try {
    return openCheckpoint(utf8(note), key).checkpoint;
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}
