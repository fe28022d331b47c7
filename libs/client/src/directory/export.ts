import { equalBytes, fromBase64, fromBase64Url, toBase64, toBase64Url, toHex, utf8 } from '#primitives';
import { Directory, Frontier, leafHash, LogError, logOrigin, openCheckpoint, StatementError } from '#transparency';
import type { Checkpoint } from '#transparency';

import { ChanceryError } from '../errors.js';
import { cosignersOf } from './cosigners.js';
import { readCheckpoint } from './judgement.js';
import type { CosignerView } from './types.js';

const FORMAT = 'chancery log v1';

/** An exported log that was read, not yet verified. */
export interface ExportedLog {
  /** Signed note with cosignatures. */
  readonly checkpoint: string;
  /** Encoded statements, in the order of the log. */
  readonly statements: readonly Uint8Array[];
}

/** What an exported log proves. */
export interface LogReport {
  readonly ministry: string;
  /** base64url of the hash of the root statement; to be compared with that of an enrolment link. */
  readonly rootFingerprint: string;
  /** Whether that comparison was made. */
  readonly isPinned: boolean;
  readonly size: number;
  /** 64 hexadecimal digits. */
  readonly root: string;
  /** The log key that signed the checkpoint, base64; undefined while the statements name none. */
  readonly signedBy: string | undefined;
  readonly cosigners: readonly CosignerView[];
  /** Size of the earlier export that this one continues. */
  readonly continues: number | undefined;
}

export interface VerifyOptions {
  /** Fingerprint of the root statement, base64url, as a device has pinned it. */
  readonly rootFingerprint?: string;
  /** An earlier export, or another person's: this one has to continue it. */
  readonly earlier?: string;
  /** When the export is looked at. */
  readonly now: Date;
}

export function encodeExport(checkpoint: string, statements: readonly Uint8Array[]): string {
  return `${JSON.stringify({ format: FORMAT, checkpoint, statements: statements.map(toBase64) }, undefined, 1)}\n`;
}

/** @throws ChanceryError BAD_INPUT */
export function decodeExport(text: string): ExportedLog {
  try {
    const value: unknown = JSON.parse(text);
    if (isExport(value)) return { checkpoint: value.checkpoint, statements: value.statements.map(fromBase64) };
  } catch {
    // said below
  }
  throw new ChanceryError('BAD_INPUT', 'This is no exported log.', { field: 'file' });
}

/**
 * Replays an exported log, offline: every statement, the root over all of them, the log's signature and the cosignatures.
 * Needs `ready()` of `#primitives`.
 * @throws ChanceryError BAD_INPUT (no export), STATEMENT_INVALID, ROOT_MISMATCH, LOG_UNSIGNED, LOG_FORKED, LOG_ROLLED_BACK
 */
export function verifyExport(text: string, { rootFingerprint, earlier, now }: VerifyOptions): LogReport {
  const exported = decodeExport(text);
  const pinned = rootFingerprint === undefined ? undefined : fromBase64Url(rootFingerprint);
  const { directory, frontier } = replay(exported.statements, pinned);
  const { ministry } = directory;
  if (!ministry) throw new ChanceryError('BAD_INPUT', 'The exported log is empty.', { field: 'file' });
  const checkpoint = requireCheckpoint(exported, frontier);
  const signedBy = requireSignature(exported.checkpoint, directory, now);
  return {
    ministry: ministry.name,
    rootFingerprint: toBase64Url(ministry.fingerprint),
    isPinned: pinned !== undefined,
    size: checkpoint.size,
    root: toHex(checkpoint.root),
    signedBy: signedBy && toBase64(signedBy),
    cosigners: cosignersOf(exported.checkpoint, directory, now),
    continues: earlier === undefined ? undefined : requireContinued(exported, decodeExport(earlier)),
  };
}

/** The directory that an export proves, once `verifyExport` has taken it. */
export function replayExport(text: string): Directory {
  return replay(decodeExport(text).statements, undefined).directory;
}

/** @throws ChanceryError STATEMENT_INVALID, ROOT_MISMATCH */
function replay(statements: readonly Uint8Array[], pinned: Uint8Array | undefined) {
  const directory = Directory.empty(pinned);
  for (const [index, statement] of statements.entries()) {
    try {
      directory.apply(statement, index + 1);
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      const message = `Statement ${String(index + 1)} does not verify (${error.code}).`;
      throw new ChanceryError(error.code === 'ROOT_MISMATCH' ? 'ROOT_MISMATCH' : 'STATEMENT_INVALID', message);
    }
  }
  return { directory, frontier: frontierOf(statements) };
}

function frontierOf(statements: readonly Uint8Array[]): Frontier {
  return statements.reduce((frontier, statement) => frontier.append(leafHash(statement)).next, Frontier.empty);
}

function requireCheckpoint({ checkpoint: note }: ExportedLog, { size, root }: Frontier): Checkpoint {
  const checkpoint = readCheckpoint(note);
  if (!checkpoint) throw new ChanceryError('LOG_UNSIGNED', 'The export holds no checkpoint.');
  if (checkpoint.size === size && equalBytes(checkpoint.root, root)) return checkpoint;
  const message = `The checkpoint is of ${String(checkpoint.size)} other statements than the ${String(size)} in the export.`;
  throw new ChanceryError('LOG_FORKED', message);
}

function requireSignature(note: string, directory: Directory, now: Date): Uint8Array | undefined {
  const keys = directory.serverKeys('log', now);
  const name = directory.ministry ? logOrigin(directory.ministry.fingerprint) : '';
  const signer = keys.find((publicKey) => {
    try {
      return openCheckpoint(utf8(note), { name, publicKey });
    } catch (error) {
      if (error instanceof LogError) return false;
      throw error;
    }
  });
  if (!signer && keys.length > 0) {
    throw new ChanceryError('LOG_UNSIGNED', 'No log key that the statements name has signed the checkpoint.');
  }
  return signer;
}

/** Whether the earlier statements are the first ones of the later export. */
function requireContinued(exported: ExportedLog, earlier: ExportedLog): number {
  const { length } = earlier.statements;
  if (exported.statements.length < length) {
    const sizes = `${String(exported.statements.length)} statements, the earlier one ${String(length)}`;
    throw new ChanceryError('LOG_ROLLED_BACK', `The export has ${sizes}.`);
  }
  requireCheckpoint(earlier, frontierOf(earlier.statements));
  requireCheckpoint(earlier, frontierOf(exported.statements.slice(0, length)));
  return length;
}

function isExport(value: unknown): value is { checkpoint: string; statements: string[] } {
  if (typeof value !== 'object' || value === null) return false;
  const { format, checkpoint, statements } = value as Record<string, unknown>;
  const isList = Array.isArray(statements) && statements.every((statement) => typeof statement === 'string');
  return format === FORMAT && typeof checkpoint === 'string' && isList;
}
