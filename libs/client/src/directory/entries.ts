import { LogConsistencyDocument, LogInclusionDocument } from '#contracts';
import { fromBase64, toHex } from '#primitives';
import { decodeStatement, leafHash, verifyConsistency, verifyInclusion } from '#transparency';
import type { Directory, Signer, StatementBody, UnverifiedStatement } from '#transparency';

import { personNamed, saidBy } from '../administration/said.js';
import type { Named, Said } from '../administration/said.js';
import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { bytesOf, numberOf } from '../ports/store.js';
import type { Row } from '../ports/store.js';
import { knownPosts } from './people.js';
import { readCheckpoint } from './judgement.js';

/** Rows that are looked through at a time. */
const BATCH = 200;

/** Which statements to list, newest first. */
export interface LogQuery {
  readonly type?: StatementBody['type'];
  /** Whom it is about, or who signed it. */
  readonly personId?: string;
  /** Only statements before this one. */
  readonly before?: number;
  /** Default: 50. */
  readonly limit?: number;
}

/** A statement of the log as this device holds it. */
export interface LogEntryView {
  /** From 1. */
  readonly seq: number;
  /** The hash that stands in the tree, hexadecimal. */
  readonly leaf: string;
  readonly said: Said;
  readonly signer: SignerView;
  /** The second of two officers. */
  readonly cosigner: SignerView | undefined;
}

export interface SignerView {
  readonly kind: Signer['kind'];
  /** Undefined for the root. */
  readonly person: Named | undefined;
  readonly device: Named | undefined;
}

/** What the server proved, and this device has checked against what it had computed itself. */
export interface LogProof {
  readonly kind: 'inclusion' | 'consistency';
  /** The statement, or the older size. */
  readonly of: number;
  readonly size: number;
  readonly root: string;
  /** Hashes in the proof. */
  readonly steps: number;
}

/** From the vault; asks the server nothing. */
export async function logEntries(
  core: Core,
  { before = Infinity, limit = 50, ...wanted }: LogQuery,
): Promise<LogEntryView[]> {
  const posts = await knownPosts(core.store);
  const names = { directory: core.directory.current, posts, policy: core.policy };
  const found: LogEntryView[] = [];
  let next = Math.min(before, core.directory.current.head + 1);
  while (found.length < limit && next > 1) {
    const query = 'SELECT seq, payload FROM statement WHERE seq < ? ORDER BY seq DESC LIMIT ?';
    const rows = await core.store.read((sql) => sql.all(query, [next, BATCH]));
    const views = rows.map((row) => ({ view: viewOf(row, names), row }));
    found.push(...views.map(({ view }) => view).filter((view) => isWanted(view, wanted)));
    next = rows.length < BATCH ? 0 : numberOf(rows[rows.length - 1] as Row, 'seq');
  }
  return found.slice(0, limit);
}

/** Has the server prove that a statement is in the log that this device holds. @throws ChanceryError LOG_FORKED, NOT_FOUND */
export async function proveInclusion({ store, directory, session }: Core, seq: number): Promise<LogProof> {
  const row = await store.read((sql) => sql.get('SELECT payload FROM statement WHERE seq = ?', [seq]));
  const held = directory.held;
  if (!row || !held) throw new ChanceryError('NOT_FOUND', 'There is no such statement here.', { field: 'seq' });
  const { size, root } = held;
  const { logInclusion } = await session.execute(LogInclusionDocument, { seq, size });
  const proof = logInclusion.proof.map((hash) => fromBase64(hash));
  const leaf = leafHash(bytesOf(row, 'payload'));
  if (!verifyInclusion({ leaf, index: seq - 1, size, root }, proof)) throw forked();
  return { kind: 'inclusion', of: seq, size, root: toHex(root), steps: proof.length };
}

/** Has the server prove that the log goes on from the checkpoint that this device kept. @throws ChanceryError LOG_FORKED, NOT_FOUND */
export async function proveConsistency({ store, directory, session }: Core): Promise<LogProof> {
  const row = await store.read((sql) => sql.get('SELECT note FROM log_checkpoint'));
  const older = readCheckpoint(typeof row?.['note'] === 'string' ? row['note'] : undefined);
  const newer = directory.held;
  if (!older || !newer) throw new ChanceryError('NOT_FOUND', 'This device holds no signed checkpoint yet.');
  const variables = { older: older.size, newer: newer.size };
  const { logConsistency } = await session.execute(LogConsistencyDocument, variables);
  const proof = logConsistency.map((hash) => fromBase64(hash));
  if (!verifyConsistency({ older, newer }, proof)) throw forked();
  return { kind: 'consistency', of: older.size, size: newer.size, root: toHex(newer.root), steps: proof.length };
}

function viewOf(row: Row, names: Parameters<typeof saidBy>[1]): LogEntryView {
  const payload = bytesOf(row, 'payload');
  const { body, signer, second }: UnverifiedStatement = decodeStatement(payload);
  return {
    seq: numberOf(row, 'seq'),
    leaf: toHex(leafHash(payload)),
    said: saidBy(body, names),
    signer: signerView(signer, names.directory),
    cosigner: second && signerView(second.signer, names.directory),
  };
}

function signerView(signer: Signer, directory: Directory): SignerView {
  if (signer.kind === 'root') return { kind: 'root', person: undefined, device: undefined };
  if (signer.kind === 'person') {
    return { kind: 'person', person: personNamed(signer.id, { directory }), device: undefined };
  }
  const device = directory.device(signer.id);
  const person = device && personNamed(device.person, { directory });
  return { kind: 'device', person, device: { id: signer.id, name: device?.name ?? '' } };
}

function isWanted({ said, signer, cosigner }: LogEntryView, { type, personId }: LogQuery): boolean {
  if (type !== undefined && said.type !== type) return false;
  if (personId === undefined) return true;
  return [said.person, signer.person, cosigner?.person].some((person) => person?.id === personId);
}

function forked(): ChanceryError {
  return new ChanceryError('LOG_FORKED', 'What the server proves is not the log that this device has verified.');
}
