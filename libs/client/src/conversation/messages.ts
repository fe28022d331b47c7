import type { Precedence } from '#contracts';
import { marking } from '#policy';
import type { Directory } from '#transparency';

import type { Attached } from '../attachments/attached.js';
import { ChanceryError } from '../errors.js';
import { sealLater } from '../history/pending.js';
import { maybeBytes, maybeNumber, maybeText, numberOf, textOf } from '../ports/store.js';
import type { Row, Sql, SqlValue } from '../ports/store.js';
import { indexLater, indexMessage } from '../search/messageIndex.js';
import type { AttachmentView, MessageKind, MessagePage, MessageView, PageRequest, Problem } from '../types.js';
import { decodeChange } from './changes.js';
import { attachedTo, mentionedIn } from './content.js';
import { nameOf } from './reader.js';
import type { Reader } from './reader.js';
import { labelOf, problemOf } from './record.js';
import { IS_SHOWN, relate } from './related.js';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;
/** What waits and is no response to, or change of, a message that is shown. */
const WAITING = `SELECT * FROM outbox WHERE group_id = ? AND kind NOT IN ('reaction', 'withdrawal', 'acknowledgement') AND replaces IS NULL
  ORDER BY number`;
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
  /** Kept for kinds that this client does not know, and for what a row has no room for. */
  readonly content?: Uint8Array | undefined;
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

const COLUMNS = `(group_id, seq, rank, id, kind, text, content, sender_person, sender_device, label, precedence, sent_at, accepted_at,
   in_reply_to, replaces, problem, given_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const INSERT = `INSERT INTO message ${COLUMNS}
  ON CONFLICT (group_id, seq, rank) DO UPDATE SET text = text || char(10) || excluded.text,
    problem = iif(json_extract(excluded.problem, '$.told[0]') IS NULL, problem,
      json_insert(problem, '$.told[#]', json(json_extract(excluded.problem, '$.told[0]'))))`;
const INSERT_GIVEN = `INSERT INTO message ${COLUMNS}`;
const FORGET_GIVEN = 'DELETE FROM message WHERE group_id = ? AND seq = ? AND rank = ? AND given_by IS NOT NULL';

/**
 * Enters what this device has received, with its place in the index and in the history to be sealed. Two notices at one place become one with
 * two lines; an envelope's own place is taken once. What somebody else gave for that place makes way.
 */
export async function insertMessage(sql: Sql, message: PlacedMessage): Promise<void> {
  const { groupId, seq, rank } = message;
  if (rank === 1) await sql.run(FORGET_GIVEN, [groupId, seq, rank]);
  await sql.run(INSERT, [...valuesOf(message), null]);
  await indexMessage(sql, message);
  await sealLater(sql, message);
}

/**
 * Enters a message that this device has not received itself. What it has received, or what its own person's history gave, stays: that is
 * worth more than another member's word.
 * @param givenBy whose word it is
 * @returns whether it was entered
 */
export async function insertGiven(
  sql: Sql,
  message: PlacedMessage,
  givenBy: string,
  ownPersonId: string,
): Promise<boolean> {
  const { groupId, seq, rank } = message;
  const place = [groupId, seq, rank];
  const known = await sql.get('SELECT given_by FROM message WHERE group_id = ? AND seq = ? AND rank = ?', place);
  const isOwn = givenBy === ownPersonId;
  const giver = known && maybeText(known, 'given_by');
  if (known && (!isOwn || giver === undefined || giver === ownPersonId)) return false;
  if (known) await sql.run(FORGET_GIVEN, place);
  await sql.run(INSERT_GIVEN, [...valuesOf(message), givenBy]);
  await indexLater(sql, message);
  if (!isOwn) await sealLater(sql, message);
  return true;
}

function valuesOf(message: PlacedMessage): SqlValue[] {
  return [
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
  ];
}

/** @throws ChanceryError BAD_INPUT */
export async function readPage(sql: Sql, groupId: string, page: PageRequest, reader: Reader): Promise<MessagePage> {
  const limit = page.limit ?? DEFAULT_PAGE;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new ChanceryError('BAD_INPUT', `A page has 1 to ${String(MAX_PAGE)} messages.`, { field: 'limit' });
  }
  const placed =
    page.after === undefined
      ? await readBefore(sql, groupId, page.before, limit, reader)
      : await readAfter(sql, groupId, page.after, limit, reader);
  const showsEnd = page.before === undefined && (page.after === undefined || placed.length < limit);
  const waiting = showsEnd ? await sql.all(WAITING, [groupId]) : [];
  const messages = [
    ...(await readRows(sql, groupId, placed, reader)),
    ...(await readWaiting(sql, groupId, waiting, reader)),
  ];
  const [oldest, newest] = [placed[0], placed.at(-1)];
  const hasEarlier = page.after === undefined && placed.length >= limit && oldest !== undefined;
  const hasLater = newest !== undefined && !showsEnd;
  return {
    messages,
    before: hasEarlier ? numberOf(oldest, 'seq') : undefined,
    after: hasLater ? numberOf(newest, 'seq') : undefined,
  };
}

async function readBefore(
  sql: Sql,
  groupId: string,
  before: number | undefined,
  limit: number,
  { ownPersonId }: Reader,
): Promise<Row[]> {
  const query = `SELECT * FROM message WHERE ${IS_SHOWN} AND group_id = ? AND seq < ? ORDER BY seq DESC, rank DESC LIMIT ?`;
  const rows = await sql.all(query, [ownPersonId, groupId, before ?? Number.MAX_SAFE_INTEGER, limit]);
  const last = rows.at(-1);
  // A notice stays on the page of the message before which it stands.
  if (last && numberOf(last, 'rank') === 1) {
    const notice = 'SELECT * FROM message WHERE group_id = ? AND seq = ? AND rank = 0';
    rows.push(...(await sql.all(notice, [groupId, numberOf(last, 'seq')])));
  }
  return rows.toReversed();
}

async function readAfter(
  sql: Sql,
  groupId: string,
  after: number,
  limit: number,
  { ownPersonId }: Reader,
): Promise<Row[]> {
  const query = `SELECT * FROM message WHERE ${IS_SHOWN} AND group_id = ? AND seq > ? ORDER BY seq, rank LIMIT ?`;
  const rows = await sql.all(query, [ownPersonId, groupId, after, limit]);
  const last = rows.at(-1);
  if (last && numberOf(last, 'rank') === 0) {
    const message = `SELECT * FROM message WHERE ${IS_SHOWN} AND group_id = ? AND seq = ? AND rank = 1`;
    rows.push(...(await sql.all(message, [ownPersonId, groupId, numberOf(last, 'seq')])));
  }
  return rows;
}

/** The message at one place; undefined where the place shows nothing. */
export async function readPlaced(sql: Sql, groupId: string, seq: number, reader: Reader): Promise<MessageView[]> {
  const rows = await sql.all('SELECT * FROM message WHERE group_id = ? AND seq = ? ORDER BY rank', [groupId, seq]);
  return readRows(sql, groupId, rows, reader);
}

/** Rows of one conversation, each with what stands elsewhere and belongs to it. */
export async function readRows(
  sql: Sql,
  groupId: string,
  rows: readonly Row[],
  reader: Reader,
): Promise<MessageView[]> {
  const related = await relate(sql, groupId, rows, reader);
  return rows.map((row) => ({ ...readRow(row, reader), ...related(row) }));
}

async function readWaiting(sql: Sql, groupId: string, rows: readonly Row[], reader: Reader): Promise<MessageView[]> {
  const related = await relate(sql, groupId, rows, reader);
  return rows.map((row) => ({ ...waitingView(row, reader), ...related(row) }));
}

/** A message of one's own, wherever it stands by now. @throws ChanceryError NOT_FOUND */
export async function readOwn(sql: Sql, groupId: string, id: string, reader: Reader): Promise<MessageView> {
  const waiting = await sql.get('SELECT * FROM outbox WHERE id = ?', [id]);
  if (waiting) return oneOf(await readWaiting(sql, groupId, [waiting], reader));
  const query = 'SELECT * FROM message WHERE group_id = ? AND id = ? AND sender_device = ?';
  const placed = await sql.get(query, [groupId, id, reader.ownDeviceId]);
  if (placed) return oneOf(await readRows(sql, groupId, [placed], reader));
  throw new ChanceryError('NOT_FOUND', 'This vault holds no such message.', { field: 'message' });
}

function oneOf([view]: readonly MessageView[]): MessageView {
  if (!view) throw new ChanceryError('NOT_FOUND', 'This vault holds no such message.', { field: 'message' });
  return view;
}

/** A message from its row alone. */
export function readRow(row: Row, reader: Reader): MessageView {
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
    givenBy: giverOf(maybeText(row, 'given_by'), reader),
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
    givenBy: undefined,
  };
}

function giverOf(personId: string | undefined, { directory, ownPersonId }: Reader): MessageView['givenBy'] {
  if (personId === undefined) return undefined;
  return { personId, personName: nameOf(personId, directory), own: personId === ownPersonId };
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
  | 'change'
  | 'attachments'
  | 'quote'
  | 'replies'
  | 'reactions'
  | 'acknowledgements'
  | 'edits'
  | 'mentions'
>;

function sharedView(row: Row, { policy, directory }: Reader): SharedView {
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
    change: kind === 'membership' || kind === 'history' ? decodeChange(maybeBytes(row, 'content')) : undefined,
    attachments: kind === 'text' ? attachmentViews(row) : [],
    quote: undefined,
    replies: 0,
    reactions: [],
    acknowledgements: [],
    edits: 0,
    mentions: kind === 'text' ? mentionsOf(row, directory) : [],
  };
}

function mentionsOf(row: Row, directory: Directory): MessageView['mentions'] {
  const personIds = mentionedIn(maybeBytes(row, 'content'));
  return personIds.map((personId) => ({ personId, personName: nameOf(personId, directory) }));
}

/** Without what opens them. */
function attachmentViews(row: Row): readonly AttachmentView[] {
  return attachedTo(maybeBytes(row, 'content')).map(({ id, name, type, size }) => ({ id, name, type, size }));
}

/**
 * The files of a message, with their keys. Ids are the senders' choice: where two messages have one, the earlier in the order counts.
 * @throws ChanceryError NOT_FOUND, CONFLICT when several conversations have such a message
 */
export async function findAttached(
  sql: Sql,
  messageId: string,
  groupId?: string,
): Promise<{ groupId: string; files: readonly Attached[] }> {
  const query = `SELECT group_id, content FROM message WHERE id = ?1 AND kind = 'text' AND (?2 IS NULL OR group_id = ?2) ORDER BY seq`;
  const rows = await sql.all(query, [messageId, groupId ?? null]);
  const [first] = rows;
  if (!first) throw new ChanceryError('NOT_FOUND', 'This vault holds no such message.', { field: 'message' });
  if (rows.some((row) => row['group_id'] !== first['group_id'])) {
    throw new ChanceryError('CONFLICT', 'Several conversations have a message of this id.', {
      field: 'message',
      remedy: 'Name the conversation too.',
    });
  }
  return { groupId: textOf(first, 'group_id'), files: attachedTo(maybeBytes(first, 'content')) };
}
