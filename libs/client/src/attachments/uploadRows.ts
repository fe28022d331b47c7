import type { Label } from '#policy';

import { bytesOf, maybeBytes, maybeNumber, maybeText, numberOf, textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import type { NewMessage, Problem } from '../types.js';
import type { SealingState } from './sealing.js';

/** A file on its way to the server. */
export interface Upload {
  readonly id: string;
  readonly draftId: string;
  readonly position: number;
  /** Reference of the file, see ports/files.ts. */
  readonly source: string;
  readonly version: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly key: Uint8Array;
  readonly sealing: SealingState;
  /** Bytes of ciphertext that the server surely has. */
  readonly done: number;
  /** What is sent, or may have been. */
  readonly window: UploadWindow | undefined;
}

export interface UploadWindow {
  readonly end: number;
  /** SHA-256 of the bytes from `done` to `end`. */
  readonly hash: Uint8Array;
}

/** A message whose files are not all there yet. */
export interface MessageDraft {
  readonly id: string;
  readonly groupId: string;
  readonly message: NewMessage;
  /** Why it goes no further by itself. */
  readonly problem?: Problem;
}

export async function saveDraft(sql: Sql, draft: MessageDraft, uploads: readonly Upload[]): Promise<void> {
  const { id, groupId, message } = draft;
  const insert = 'INSERT INTO attachment_draft (id, group_id, message) VALUES (?, ?, ?)';
  await sql.run(insert, [id, groupId, JSON.stringify(message)]);
  for (const upload of uploads) await insertUpload(sql, upload);
}

/** With its uploads. */
export async function removeDraft(sql: Sql, id: string): Promise<void> {
  await sql.run('DELETE FROM attachment_upload WHERE draft_id = ?', [id]);
  await sql.run('DELETE FROM attachment_draft WHERE id = ?', [id]);
}

/** It stays where it is, with its files, until its person decides; undefined: it goes on. */
export async function markDraft(sql: Sql, id: string, problem: Problem | undefined): Promise<void> {
  const text = problem === undefined ? null : JSON.stringify(problem);
  await sql.run('UPDATE attachment_draft SET problem = ? WHERE id = ?', [text, id]);
}

/** Oldest first: ids are UUIDv7. */
export async function drafts(sql: Sql): Promise<MessageDraft[]> {
  const rows = await sql.all('SELECT * FROM attachment_draft ORDER BY id');
  return rows.map((row) => ({
    id: textOf(row, 'id'),
    groupId: textOf(row, 'group_id'),
    message: JSON.parse(textOf(row, 'message')) as NewMessage & { readonly label?: Label },
    ...problemIn(maybeText(row, 'problem')),
  }));
}

function problemIn(text: string | undefined): Pick<MessageDraft, 'problem'> {
  return text === undefined ? {} : { problem: JSON.parse(text) as Problem };
}

export async function uploadsOf(sql: Sql, draftId: string): Promise<Upload[]> {
  const rows = await sql.all('SELECT * FROM attachment_upload WHERE draft_id = ? ORDER BY position', [draftId]);
  return rows.map(fromRow);
}

/** What is about to be sent is on the disk before it is: see `Uploader`. */
export async function openWindow(sql: Sql, id: string, { end, hash }: UploadWindow): Promise<void> {
  await sql.run('UPDATE attachment_upload SET window_end = ?, window_hash = ? WHERE id = ?', [end, hash, id]);
}

/** The server has everything up to `done`. */
export async function closeWindow(sql: Sql, id: string, done: number, sealing: SealingState): Promise<void> {
  const { chunks, state, chain, tail } = sealing;
  const update = `UPDATE attachment_upload
    SET done = ?, chunks = ?, state = ?, chain = ?, tail = ?, window_end = NULL, window_hash = NULL WHERE id = ?`;
  await sql.run(update, [done, chunks, state, chain, tail, id]);
}

/** In place of one that cannot go on. */
export async function replaceUpload(sql: Sql, old: Upload, fresh: Upload): Promise<void> {
  await sql.run('DELETE FROM attachment_upload WHERE id = ?', [old.id]);
  await insertUpload(sql, fresh);
}

async function insertUpload(sql: Sql, upload: Upload): Promise<void> {
  const { id, draftId, position, source, version, name, type, size, key, sealing, done } = upload;
  const { chunks, state, chain, tail } = sealing;
  const insert = `INSERT INTO attachment_upload
    (id, draft_id, position, source, version, name, type, size, key, chunks, state, chain, tail, done)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  await sql.run(insert, [
    id,
    draftId,
    position,
    source,
    version,
    name,
    type,
    size,
    key,
    chunks,
    state,
    chain,
    tail,
    done,
  ]);
}

function fromRow(row: Row): Upload {
  const end = maybeNumber(row, 'window_end');
  const hash = maybeBytes(row, 'window_hash');
  return {
    id: textOf(row, 'id'),
    draftId: textOf(row, 'draft_id'),
    position: numberOf(row, 'position'),
    source: textOf(row, 'source'),
    version: textOf(row, 'version'),
    name: textOf(row, 'name'),
    type: textOf(row, 'type'),
    size: numberOf(row, 'size'),
    key: bytesOf(row, 'key'),
    sealing: {
      chunks: numberOf(row, 'chunks'),
      state: bytesOf(row, 'state'),
      chain: bytesOf(row, 'chain'),
      tail: bytesOf(row, 'tail'),
    },
    done: numberOf(row, 'done'),
    window: end === undefined || hash === undefined ? undefined : { end, hash },
  };
}
