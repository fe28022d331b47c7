import type { Precedence } from '#contracts';
import { marking } from '#policy';
import type { SecurityPolicy } from '#policy';
import type { Directory } from '#transparency';

import { ChanceryError } from '../errors.js';
import { maybeNumber, maybeText, numberOf, textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import type { MessageKind, MessagePage, MessageView, PageRequest, Problem } from '../types.js';
import { labelOf, problemOf } from './record.js';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;
const NEWER_CLIENT = 'This message needs a newer client.';

/** A message at its place in a conversation's order. */
export interface PlacedMessage {
  readonly groupId: string;
  readonly seq: number;
  /** 0: a notice that stands before the envelope of that place; 1: the envelope itself. */
  readonly rank: 0 | 1;
  readonly id: string;
  readonly kind: MessageKind;
  readonly text: string;
  /** Kept for kinds that this client does not know. */
  readonly content?: Uint8Array;
  readonly senderPerson?: string | undefined;
  readonly senderDevice?: string | undefined;
  readonly labelText: string;
  readonly precedence: Precedence;
  readonly sentAt: string;
  readonly acceptedAt: string;
  readonly inReplyTo?: string | undefined;
  readonly replaces?: string | undefined;
  readonly problem?: Problem | undefined;
}

const INSERT = `INSERT INTO message
  (group_id, seq, rank, id, kind, text, content, sender_person, sender_device, label, precedence, sent_at, accepted_at, in_reply_to,
   replaces, problem)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (group_id, seq, rank) DO UPDATE SET text = text || char(10) || excluded.text`;

/** Two notices at one place become one with two lines; an envelope's own place is taken once. */
export async function insertMessage(sql: Sql, message: PlacedMessage): Promise<void> {
  await sql.run(INSERT, [
    message.groupId,
    message.seq,
    message.rank,
    message.id,
    message.kind,
    message.text,
    message.content ?? null,
    message.senderPerson ?? null,
    message.senderDevice ?? null,
    message.labelText,
    message.precedence,
    message.sentAt,
    message.acceptedAt,
    message.inReplyTo ?? null,
    message.replaces ?? null,
    message.problem ? JSON.stringify(message.problem) : null,
  ]);
}

/** What the rows of a conversation are shown with. */
export interface Reader {
  readonly directory: Directory;
  readonly policy: SecurityPolicy;
  readonly ownDeviceId: string;
  readonly ownPersonId: string;
}

/** @throws ChanceryError BAD_INPUT */
export async function readPage(sql: Sql, groupId: string, page: PageRequest, reader: Reader): Promise<MessagePage> {
  const limit = page.limit ?? DEFAULT_PAGE;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new ChanceryError('BAD_INPUT', `A page has 1 to ${String(MAX_PAGE)} messages.`, { field: 'limit' });
  }
  const placed =
    page.after === undefined
      ? await readBefore(sql, groupId, page.before, limit)
      : await readAfter(sql, groupId, page.after, limit);
  const showsEnd = page.before === undefined && (page.after === undefined || placed.length < limit);
  const waiting = showsEnd ? await sql.all('SELECT * FROM outbox WHERE group_id = ? ORDER BY number', [groupId]) : [];
  const messages = [...placed.map((row) => placedView(row, reader)), ...waiting.map((row) => waitingView(row, reader))];
  const [oldest] = placed;
  const hasEarlier = page.after === undefined && placed.length >= limit && oldest !== undefined;
  return { messages, before: hasEarlier ? numberOf(oldest, 'seq') : undefined };
}

async function readBefore(sql: Sql, groupId: string, before: number | undefined, limit: number): Promise<Row[]> {
  const query = 'SELECT * FROM message WHERE group_id = ? AND seq < ? ORDER BY seq DESC, rank DESC LIMIT ?';
  const rows = await sql.all(query, [groupId, before ?? Number.MAX_SAFE_INTEGER, limit]);
  const last = rows.at(-1);
  // A notice stays on the page of the message before which it stands.
  if (last && numberOf(last, 'rank') === 1) {
    const notice = 'SELECT * FROM message WHERE group_id = ? AND seq = ? AND rank = 0';
    rows.push(...(await sql.all(notice, [groupId, numberOf(last, 'seq')])));
  }
  return rows.toReversed();
}

async function readAfter(sql: Sql, groupId: string, after: number, limit: number): Promise<Row[]> {
  const query = 'SELECT * FROM message WHERE group_id = ? AND seq > ? ORDER BY seq, rank LIMIT ?';
  const rows = await sql.all(query, [groupId, after, limit]);
  const last = rows.at(-1);
  if (last && numberOf(last, 'rank') === 0) {
    const message = 'SELECT * FROM message WHERE group_id = ? AND seq = ? AND rank = 1';
    rows.push(...(await sql.all(message, [groupId, numberOf(last, 'seq')])));
  }
  return rows;
}

/** The message at one place; undefined where the place shows nothing. */
export async function readPlaced(sql: Sql, groupId: string, seq: number, reader: Reader): Promise<MessageView[]> {
  const rows = await sql.all('SELECT * FROM message WHERE group_id = ? AND seq = ? ORDER BY rank', [groupId, seq]);
  return rows.map((row) => placedView(row, reader));
}

/** A message of one's own, wherever it stands by now. @throws ChanceryError NOT_FOUND */
export async function readOwn(sql: Sql, groupId: string, id: string, reader: Reader): Promise<MessageView> {
  const waiting = await sql.get('SELECT * FROM outbox WHERE id = ?', [id]);
  if (waiting) return waitingView(waiting, reader);
  const query = 'SELECT * FROM message WHERE group_id = ? AND id = ? AND sender_device = ?';
  const placed = await sql.get(query, [groupId, id, reader.ownDeviceId]);
  if (placed) return placedView(placed, reader);
  throw new ChanceryError('NOT_FOUND', 'This vault holds no such message.', { field: 'message' });
}

function placedView(row: Row, reader: Reader): MessageView {
  const senderPersonId = maybeText(row, 'sender_person');
  const senderDeviceId = maybeText(row, 'sender_device');
  return {
    ...sharedView(row, reader),
    seq: numberOf(row, 'seq'),
    senderPersonId,
    senderDeviceId,
    senderName: nameOf(senderPersonId, reader.directory),
    own: senderPersonId === reader.ownPersonId,
    acceptedAt: textOf(row, 'accepted_at'),
    state: 'accepted',
  };
}

function waitingView(row: Row, reader: Reader): MessageView {
  const state = textOf(row, 'state');
  return {
    ...sharedView(row, reader),
    seq: maybeNumber(row, 'seq'),
    senderPersonId: reader.ownPersonId,
    senderDeviceId: reader.ownDeviceId,
    senderName: nameOf(reader.ownPersonId, reader.directory),
    own: true,
    acceptedAt: maybeText(row, 'accepted_at'),
    state: state === 'sent' ? 'accepted' : (state as MessageView['state']),
  };
}

type SharedView = Pick<
  MessageView,
  | 'conversationId'
  | 'id'
  | 'kind'
  | 'text'
  | 'label'
  | 'marking'
  | 'precedence'
  | 'sentAt'
  | 'inReplyTo'
  | 'replaces'
  | 'problem'
>;

function sharedView(row: Row, { policy }: Reader): SharedView {
  const kind = textOf(row, 'kind') as MessageKind;
  const label = labelOf(row);
  return {
    conversationId: textOf(row, 'group_id'),
    id: textOf(row, 'id'),
    kind,
    text: kind === 'unknown' ? NEWER_CLIENT : textOf(row, 'text'),
    label,
    marking: marking(label, policy),
    precedence: textOf(row, 'precedence') as Precedence,
    sentAt: textOf(row, 'sent_at'),
    inReplyTo: maybeText(row, 'in_reply_to'),
    replaces: maybeText(row, 'replaces'),
    problem: problemOf(row),
  };
}

function nameOf(personId: string | undefined, directory: Directory): string {
  return personId === undefined ? '' : (directory.person(personId)?.name ?? personId);
}
