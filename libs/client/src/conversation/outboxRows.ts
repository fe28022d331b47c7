import type { Precedence } from '#contracts';
import { randomBytes } from '#primitives';

import type { Core } from '../core.js';
import type { Attached } from '../attachments/attached.js';
import { removeDraft } from '../attachments/uploadRows.js';
import { changeOfHandOver, parseHandOver } from '../history/handOver.js';
import type { HandOver } from '../history/handOver.js';
import { newUuid } from '../identifiers.js';
import { bytesOf, maybeBytes, maybeNumber, maybeText, numberOf, textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import type { Problem } from '../types.js';
import { encodeChange } from './changes.js';
import { decodeContent, encodeContent, hasMore } from './content.js';
import type { Content } from './content.js';
import type { Place } from './envelope.js';
import type { Draft } from './groups.js';
import { insertMessage } from './messages.js';
import { nameOfPerson } from './people.js';
import { rename } from './receiveMessage.js';

/** What people write, and what is written for them, see `Content`. */
type OutgoingKind = Exclude<Content['kind'], 'resync'>;

/** A message of one's own on its way: it stays here until it has its place in the conversation's order. */
export interface OutboxRow {
  readonly number: number;
  readonly id: string;
  readonly kind: OutgoingKind;
  readonly text: string;
  readonly content: Uint8Array;
  readonly labelText: string;
  readonly precedence: Precedence;
  readonly inReplyTo: string | undefined;
  readonly replaces: string | undefined;
  readonly sentAt: string;
  /** One a message, however often it is encrypted: the server gives it one place. */
  readonly idempotencyKey: Uint8Array;
  readonly counter: number | undefined;
  readonly payload: Uint8Array | undefined;
  readonly epoch: number | undefined;
}

export interface Outgoing {
  readonly kind: OutgoingKind;
  readonly text: string;
  readonly labelText: string;
  readonly precedence: Precedence;
  readonly inReplyTo?: string | undefined;
  readonly replaces?: string | undefined;
  readonly mentions?: readonly string[] | undefined;
  readonly history?: HandOver | undefined;
  readonly attachments?: readonly Attached[] | undefined;
  /** Forgotten in the same step: its files are with the server. */
  readonly draftId?: string | undefined;
}

const INSERT = `INSERT INTO outbox
  (group_id, id, kind, text, content, label, precedence, in_reply_to, replaces, sent_at, idempotency_key, state)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')`;

/** Puts a message into the outbox; returns its id. It is encrypted when the conversation's state is known to be the newest. */
export async function enqueue({ timer }: Core, sql: Sql, groupId: string, message: Outgoing): Promise<string> {
  const now = timer.now();
  const id = newUuid(now);
  const { kind, text, labelText, precedence, inReplyTo, replaces, mentions, history, attachments } = message;
  const links = {
    ...(inReplyTo !== undefined && { inReplyTo }),
    ...(replaces !== undefined && { replaces }),
    ...(mentions && { mentions }),
    ...(history && { history }),
    ...(attachments && { attachments }),
  };
  const content = encodeContent({ id, kind, text, at: now.getTime(), ...links });
  await sql.run(INSERT, [
    groupId,
    id,
    kind,
    text,
    content,
    labelText,
    precedence,
    inReplyTo ?? null,
    replaces ?? null,
    now.toISOString(),
    randomBytes(16),
  ]);
  if (message.draftId !== undefined) await removeDraft(sql, message.draftId);
  return id;
}

export async function hasWaiting(sql: Sql, groupId: string): Promise<boolean> {
  const query = "SELECT 1 AS found FROM outbox WHERE group_id = ? AND state = 'waiting' LIMIT 1";
  return (await sql.get(query, [groupId])) !== undefined;
}

/** The next messages in the order in which they were written. */
export async function waitingRows(sql: Sql, groupId: string, limit: number): Promise<OutboxRow[]> {
  const query = "SELECT * FROM outbox WHERE group_id = ? AND state = 'waiting' ORDER BY number LIMIT ?";
  return (await sql.all(query, [groupId, limit])).map(fromRow);
}

/** Remembers what a message was encrypted to, before it is sent. */
export async function saveEncrypted(
  sql: Sql,
  number: number,
  encrypted: { payload: Uint8Array; hash: Uint8Array; epoch: number; counter: number },
): Promise<void> {
  const { payload, hash, epoch, counter } = encrypted;
  const update = 'UPDATE outbox SET payload = ?, epoch = ?, counter = ? WHERE number = ?';
  await sql.run(update, [payload, epoch, counter, number]);
  await sql.run('INSERT INTO outbox_payload VALUES (?, ?)', [hash, number]);
}

/** The message of one's own that was encrypted to a payload with this hash. */
export async function findByPayload(sql: Sql, hash: Uint8Array): Promise<OutboxRow | undefined> {
  const query = 'SELECT outbox.* FROM outbox_payload JOIN outbox USING (number) WHERE outbox_payload.hash = ?';
  const row = await sql.get(query, [hash]);
  return row && fromRow(row);
}

/** Whether it is certain which of a message's payloads the server has taken. */
export async function hasOnePayload(sql: Sql, number: number): Promise<boolean> {
  const row = await sql.get('SELECT count(*) AS payloads FROM outbox_payload WHERE number = ?', [number]);
  return row !== undefined && numberOf(row, 'payloads') === 1;
}

export async function markSent(sql: Sql, number: number, seq: number, acceptedAt: string): Promise<void> {
  const update = "UPDATE outbox SET state = 'sent', seq = ?, accepted_at = ? WHERE number = ?";
  await sql.run(update, [seq, acceptedAt, number]);
}

export async function markRefused(sql: Sql, number: number, problem: Problem): Promise<void> {
  const update = "UPDATE outbox SET state = 'refused', problem = ? WHERE number = ?";
  await sql.run(update, [JSON.stringify(problem), number]);
}

/**
 * Nothing is sent any more to a conversation that this device has left. Numbers that no message will carry now are given out again when it
 * comes back: the others would miss messages that never were.
 */
export async function refuseAll({ sql, record }: Draft, problem: Problem): Promise<void> {
  const counted = "SELECT count(counter) AS counted FROM outbox WHERE group_id = ? AND state = 'waiting'";
  const row = await sql.get(counted, [record.id]);
  record.nextCounter -= row ? numberOf(row, 'counted') : 0;
  const update = "UPDATE outbox SET state = 'refused', problem = ? WHERE group_id = ? AND state = 'waiting'";
  await sql.run(update, [JSON.stringify(problem), record.id]);
}

/** Takes back the counter of a row whose message will never be carried: what comes behind it is counted anew, and so encrypted anew. */
export async function closeCounterGap({ sql, record }: Draft, number: number): Promise<void> {
  const update = `UPDATE outbox SET counter = counter - 1, epoch = NULL
    WHERE group_id = ? AND state = 'waiting' AND counter > (SELECT counter FROM outbox WHERE number = ?)`;
  await sql.run(update, [record.id, number]);
  record.nextCounter -= 1;
}

/** Messages that were accepted for a place which the log, as it is now known, gives to something else. */
export async function misplacedRows({ sql, record }: Draft): Promise<OutboxRow[]> {
  const query = "SELECT * FROM outbox WHERE group_id = ? AND state = 'sent' AND seq <= ?";
  return (await sql.all(query, [record.id, record.cursor])).map(fromRow);
}

/** A message of one's own has its place: it goes from the outbox into the conversation. */
export async function placeOwnMessage(
  core: Core,
  draft: Draft,
  row: OutboxRow,
  { seq, acceptedAt }: Place,
): Promise<void> {
  const { sql, record } = draft;
  if (row.kind === 'rename') rename(draft, { seq }, row.text);
  await insertMessage(sql, {
    groupId: record.id,
    seq,
    rank: 1,
    id: row.id,
    kind: row.kind,
    text: row.text,
    ...keptOf(core, record.id, row.content),
    senderPerson: core.profile.personId,
    senderDevice: core.profile.deviceId,
    labelText: row.labelText,
    precedence: row.precedence,
    sentAt: row.sentAt,
    acceptedAt,
    inReplyTo: row.inReplyTo,
    replaces: row.replaces,
  });
  await sql.run('DELETE FROM outbox WHERE number = ?', [row.number]);
}

/** What is kept of a content beside the words: all of it where it has more, of handed over messages how many, and for whom. */
function keptOf({ profile, directory }: Core, groupId: string, content: Uint8Array): { content?: Uint8Array } {
  const decoded = decodeContent(content);
  if (decoded.kind === 'unknown') return {};
  const handOver = decoded.kind === 'history' ? parseHandOver(decoded.history, groupId) : undefined;
  if (!handOver) return hasMore(decoded) ? { content } : {};
  const giver = nameOfPerson(profile.personId, directory.current);
  return { content: encodeChange(changeOfHandOver(handOver, giver, directory.current)) };
}

function fromRow(row: Row): OutboxRow {
  return {
    number: numberOf(row, 'number'),
    id: textOf(row, 'id'),
    kind: textOf(row, 'kind') as OutgoingKind,
    text: textOf(row, 'text'),
    content: bytesOf(row, 'content'),
    labelText: textOf(row, 'label'),
    precedence: textOf(row, 'precedence') as Precedence,
    inReplyTo: maybeText(row, 'in_reply_to'),
    replaces: maybeText(row, 'replaces'),
    sentAt: textOf(row, 'sent_at'),
    idempotencyKey: bytesOf(row, 'idempotency_key'),
    counter: maybeNumber(row, 'counter'),
    payload: maybeBytes(row, 'payload'),
    epoch: maybeNumber(row, 'epoch'),
  };
}
