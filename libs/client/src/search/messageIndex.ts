import { attachedTo } from '../conversation/content.js';
import { maybeBytes, numberOf, textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import { analyse } from './words.js';

/** What the index needs to know of a message. */
export interface IndexedMessage {
  readonly groupId: string;
  readonly seq: number;
  readonly rank: number;
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  /** As it came, where it has attachments: their names are found too. */
  readonly content?: Uint8Array | undefined;
  readonly senderPerson?: string | undefined;
  readonly acceptedAt: string;
  readonly replaces?: string | undefined;
  /** Who gave it, where this device has not received it itself. */
  readonly givenBy?: string | undefined;
}

/** Kinds that people wrote. */
const KINDS: ReadonlySet<string> = new Set(['text', 'rename']);
/** Messages of one millisecond have places of their own; with this many, places reach to the year 2248. */
const PLACES_PER_MS = 1024;
const LAST_MS = 2 ** 43 - 1;
/** Every message has it, so that a search for nothing but a sender or a date has something to ask for. */
export const EVERY_MESSAGE = 'every';

/** The first place of a moment. */
export function placeAt(milliseconds: number): number {
  return Math.min(Math.max(0, Math.floor(milliseconds)), LAST_MS) * PLACES_PER_MS;
}

export function personFacet(personId: string): string {
  return `p${personId.replaceAll('-', '')}`;
}

export function conversationFacet(groupId: string): string {
  return `g${groupId}`;
}

function isSearchable({ kind }: Pick<IndexedMessage, 'kind'>): boolean {
  return KINDS.has(kind);
}

/** Enters a message that is stored in the same transaction. Of a message and its correction the newest is found. */
export async function indexMessage(sql: Sql, message: IndexedMessage): Promise<void> {
  if (!isSearchable(message)) return;
  await dropReplaced(sql, message);
  if (await isReplaced(sql, message)) return;
  const { words, stems, language } = analyse(wordsOf(message));
  const place = await freePlace(sql, message.acceptedAt);
  await sql.run('INSERT INTO message_search (rowid, words, stems, facets) VALUES (?, ?, ?, ?)', [
    place,
    words,
    stems,
    facetsOf(message),
  ]);
  const { groupId, seq, rank } = message;
  await sql.run('INSERT INTO search_entry VALUES (?, ?, ?, ?)', [place, groupId, seq, rank]);
  const count = 'INSERT INTO search_language VALUES (?, 1) ON CONFLICT DO UPDATE SET messages = messages + 1';
  await sql.run(count, [language]);
}

/** Leaves a message to `indexPending`: one of many that come at once. */
export async function indexLater(sql: Sql, message: IndexedMessage): Promise<void> {
  if (!isSearchable(message)) return;
  const { groupId, seq, rank } = message;
  await sql.run('INSERT OR IGNORE INTO search_pending VALUES (?, ?, ?)', [groupId, seq, rank]);
}

/** Indexes some of the messages that wait; returns how many it took from the queue. */
export async function indexPending(sql: Sql, limit: number): Promise<number> {
  const rows = await sql.all('SELECT message.* FROM search_pending JOIN message USING (group_id, seq, rank) LIMIT ?', [
    limit,
  ]);
  for (const row of rows) {
    const message = fromRow(row);
    await indexMessage(sql, message);
    const { groupId, seq, rank } = message;
    await sql.run('DELETE FROM search_pending WHERE group_id = ? AND seq = ? AND rank = ?', [groupId, seq, rank]);
  }
  return rows.length;
}

export async function countPending(sql: Sql): Promise<number> {
  const row = await sql.get('SELECT count(*) AS n FROM search_pending');
  return row ? numberOf(row, 'n') : 0;
}

/** The languages of this vault's messages, most frequent first. */
export async function languagesOf(sql: Sql, limit: number): Promise<string[]> {
  const query = "SELECT language FROM search_language WHERE language <> '' ORDER BY messages DESC, language LIMIT ?";
  return (await sql.all(query, [limit])).map((row) => textOf(row, 'language'));
}

function wordsOf({ text, content }: IndexedMessage): string {
  return [text, ...attachedTo(content).map(({ name }) => name)].join(' ');
}

function facetsOf({ groupId, senderPerson }: IndexedMessage): string {
  const sender = senderPerson === undefined ? [] : [personFacet(senderPerson)];
  return [EVERY_MESSAGE, conversationFacet(groupId), ...sender].join(' ');
}

/** Behind the others of the same millisecond; where the server names one moment for very many, in the next. */
async function freePlace(sql: Sql, acceptedAt: string): Promise<number> {
  const time = Date.parse(acceptedAt);
  for (let first = placeAt(Number.isNaN(time) ? 0 : time); ; first += PLACES_PER_MS) {
    const row = await sql.get(
      'SELECT coalesce(max(place) + 1, ?) AS free FROM search_entry WHERE place >= ? AND place < ?',
      [first, first, first + PLACES_PER_MS],
    );
    const free = row ? numberOf(row, 'free') : first;
    if (free < first + PLACES_PER_MS) return free;
  }
}

/** What a member handed over takes the place only of what the same member handed over: its author is that member's word. */
async function dropReplaced(
  sql: Sql,
  { groupId, seq, replaces, senderPerson, givenBy }: IndexedMessage,
): Promise<void> {
  if (replaces === undefined || senderPerson === undefined) return;
  const query = `SELECT place FROM message JOIN search_entry USING (group_id, seq, rank)
    WHERE group_id = ? AND (id = ? OR (replaces = ? AND seq < ?)) AND sender_person = ? AND (? IS NULL OR given_by IS ?)`;
  const giver = givenBy ?? null;
  for (const row of await sql.all(query, [groupId, replaces, replaces, seq, senderPerson, giver, giver])) {
    const place = numberOf(row, 'place');
    await sql.run('DELETE FROM message_search WHERE rowid = ?', [place]);
    await sql.run('DELETE FROM search_entry WHERE place = ?', [place]);
  }
}

/** A correction may be here before what it corrects: history comes newest first. */
async function isReplaced(sql: Sql, message: IndexedMessage): Promise<boolean> {
  const { groupId, seq, id, replaces, senderPerson, givenBy } = message;
  const query = `SELECT 1 AS found FROM message
    WHERE group_id = ? AND (replaces = ? OR (replaces = ? AND seq > ?)) AND sender_person = ?
      AND (given_by IS NULL OR given_by IS ?) LIMIT 1`;
  const values = [groupId, id, replaces ?? null, seq, senderPerson ?? null, givenBy ?? null];
  return (await sql.get(query, values)) !== undefined;
}

function fromRow(row: Row): IndexedMessage {
  const optional = (column: string): string | undefined => (row[column] === null ? undefined : textOf(row, column));
  return {
    groupId: textOf(row, 'group_id'),
    seq: numberOf(row, 'seq'),
    rank: numberOf(row, 'rank'),
    id: textOf(row, 'id'),
    kind: textOf(row, 'kind'),
    text: textOf(row, 'text'),
    content: maybeBytes(row, 'content'),
    senderPerson: optional('sender_person'),
    acceptedAt: textOf(row, 'accepted_at'),
    replaces: optional('replaces'),
    givenBy: optional('given_by'),
  };
}
