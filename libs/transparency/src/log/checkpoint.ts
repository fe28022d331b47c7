import { concatBytes, equalBytes, fromBase64, toBase64, toBase64Url, utf8, verifySignature } from '#primitives/verify';

import { LogError } from './error.js';
import { emptyRoot, hashLength, verifyConsistency } from './merkleTree.js';
import { decodeNote, isNoteSignedBy, keyIdOf, noteBytes, signaturesOf } from './note.js';
import type { Note, NoteKey, NoteSignature } from './note.js';

/** The state of a log at one size (c2sp.org/tlog-checkpoint), without extension lines. */
export interface Checkpoint {
  /** Which log: in Chancery the fingerprint of the ministry is part of it. */
  readonly origin: string;
  readonly size: number;
  /** SHA-256, 32 bytes. */
  readonly root: Uint8Array;
}

/** A cosigner's word that this was the largest consistent state it had seen at that time (c2sp.org/tlog-cosignature). */
export interface Cosignature {
  /** Seconds since 1970. */
  readonly time: number;
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array;
}

/** The origin of a ministry's log, which is also the name of the log's key: its root's fingerprint tells it from all others. */
export const logOrigin = (fingerprint: Uint8Array): string => `chancery/${toBase64Url(fingerprint)}`;

/** The name under which a device cosigns. */
export const cosignerName = (fingerprint: Uint8Array, deviceId: string): string =>
  `${logOrigin(fingerprint)}/${deviceId}`;

/** The note text of a checkpoint. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${String(size)}\n${toBase64(root)}\n`;

/** @throws LogError `MALFORMED` */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', digits = '', encoded = '', ...rest] = text.split('\n');
  const root = rootOf(encoded);
  const size = Number(digits);
  const fits =
    origin !== '' && /^(0|[1-9]\d*)$/.test(digits) && Number.isSafeInteger(size) && rest.length === 1 && rest[0] === '';
  if (!fits || root === undefined) throw new LogError('MALFORMED', 'no checkpoint');
  if (size === 0 && !equalBytes(root, emptyRoot()))
    throw new LogError('MALFORMED', 'an empty log with a root of its own');
  return { origin, size, root };
}

/** A checkpoint that its log has signed. @throws LogError `MALFORMED`, `BAD_SIGNATURE`, `UNSIGNED`, `OTHER_LOG` */
export function openCheckpoint(bytes: Uint8Array, log: NoteKey): { checkpoint: Checkpoint; note: Note } {
  const note = decodeNote(bytes);
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint.origin !== log.name) throw new LogError('OTHER_LOG', 'a checkpoint of another log');
  if (!isNoteSignedBy(note, log)) throw new LogError('UNSIGNED', 'the log did not sign this checkpoint');
  return { checkpoint, note };
}

/** The log's signature under a note (64 bytes), which may travel with size and root alone. */
export function logSignature(note: Note, log: NoteKey): Uint8Array | undefined {
  return signaturesOf(note.signatures, log, 'ed25519')[0]?.signature;
}

/** The note of a checkpoint that the log has signed, put together again; undefined when that signature is not the log's. */
export function resignedNote(checkpoint: Checkpoint, log: NoteKey, signature: Uint8Array): Note | undefined {
  const text = checkpointText(checkpoint);
  if (!verifySignature(log.publicKey, noteBytes(text), signature)) return undefined;
  return { text, signatures: [{ name: log.name, keyId: keyIdOf(log, 'ed25519'), signature }] };
}

/** What a cosigner signs. */
export const cosignedBytes = (text: string, time: number): Uint8Array =>
  utf8(`cosignature/v1\ntime ${String(time)}\n${text}`);

/** A cosignature as a line of a note. */
export function cosignatureLine(key: NoteKey, { time, signature }: Cosignature): NoteSignature {
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
  return { name: key.name, keyId: keyIdOf(key, 'cosignature'), signature: concatBytes(stamp, signature) };
}

/** The cosignatures of this key under a note. @throws LogError `BAD_SIGNATURE` for one that names the key falsely */
export function cosignaturesBy(note: Note, key: NoteKey): Cosignature[] {
  return signaturesOf(note.signatures, key, 'cosignature').map(({ signature: stamped }) => {
    const time = stamped.length === 72 ? Number(new DataView(stamped.slice(0, 8).buffer).getBigUint64(0)) : -1;
    const signature = stamped.slice(8);
    if (
      !Number.isSafeInteger(time) ||
      time < 0 ||
      !verifySignature(key.publicKey, cosignedBytes(note.text, time), signature)
    ) {
      throw new LogError('BAD_SIGNATURE', `a cosignature that says it is by ${key.name} does not verify`);
    }
    return { time, signature };
  });
}

/**
 * Whether one log can have had both states. @throws LogError `OTHER_LOG`, `ROLLED_BACK` if the second is smaller,
 * `FORKED` if the proof does not lead from the first to the second
 */
export function checkGrowth(seen: Checkpoint, next: Checkpoint, proof: readonly Uint8Array[]): void {
  if (seen.origin !== next.origin) throw new LogError('OTHER_LOG', 'a checkpoint of another log');
  if (next.size < seen.size) throw new LogError('ROLLED_BACK', 'the log is smaller than it was');
  if (!verifyConsistency({ older: seen, newer: next }, proof)) {
    throw new LogError('FORKED', 'the log is no continuation of what was seen of it');
  }
}

function rootOf(encoded: string): Uint8Array | undefined {
  try {
    const root = fromBase64(encoded);
    return root.length === hashLength ? root : undefined;
  } catch {
    return undefined;
  }
}
