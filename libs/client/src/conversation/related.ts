import { marking } from '#policy';

import { maybeBytes, maybeText, numberOf, textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import type { AcknowledgementView, MessageView, QuoteView, ReactionView, VersionView } from '../types.js';
import { mentionedIn } from './content.js';
import { nameOf } from './reader.js';
import type { Reader } from './reader.js';
import { labelOf } from './record.js';

/** As much of a message as is quoted, in UTF-16 code units. */
const QUOTED = 200;
/** The longest way from an answer to what began the thread. */
const MAX_DEPTH = 500;
const MAX_THREAD = 500;

/**
 * Condition on rows of `message`, with the own person's id as its only value: what stands in another message, as its newest wording or a response,
 * has no place of its own. A change counts where its target is known and of the same author; what a member handed over changes only what the
 * same member handed over. Whatever does not count is shown by itself, so that nothing is said that nobody sees.
 */
export const IS_SHOWN = `kind NOT IN ('reaction', 'withdrawal', 'acknowledgement') AND (replaces IS NULL OR NOT EXISTS (
  SELECT 1 FROM message AS target WHERE target.group_id = message.group_id AND target.id = message.replaces
    AND target.kind = 'text' AND target.replaces IS NULL AND target.sender_person = message.sender_person
    AND (message.given_by IS NULL OR message.given_by = ? OR message.given_by IS target.given_by)))`;

const CHANGES = `SELECT * FROM message
  WHERE group_id = ? AND replaces IN (SELECT value FROM json_each(?)) AND kind = 'text' AND problem IS NULL ORDER BY seq`;
const ANSWERS = `SELECT * FROM message
  WHERE group_id = ? AND in_reply_to IN (SELECT value FROM json_each(?)) AND replaces IS NULL AND problem IS NULL ORDER BY seq`;
const UNSENT =
  "SELECT * FROM outbox WHERE group_id = ? AND state <> 'refused' AND (replaces IS NOT NULL OR in_reply_to IS NOT NULL) ORDER BY number";
const NAMED =
  "SELECT * FROM message WHERE group_id = ? AND id IN (SELECT value FROM json_each(?)) AND kind = 'text' ORDER BY seq";

type Related = Partial<
  Pick<
    MessageView,
    'text' | 'label' | 'marking' | 'quote' | 'replies' | 'reactions' | 'acknowledgements' | 'edits' | 'mentions'
  >
>;

/** What belongs to rows of one conversation and stands elsewhere in it, or in the outbox. */
export async function relate(
  sql: Sql,
  groupId: string,
  rows: readonly Row[],
  reader: Reader,
): Promise<(row: Row) => Related> {
  const ids = JSON.stringify(rows.map((row) => textOf(row, 'id')));
  const wanted = JSON.stringify(rows.flatMap((row) => maybeText(row, 'in_reply_to') ?? []));
  const unsent = await sql.all(UNSENT, [groupId]);
  const quoted = await sql.all(NAMED, [groupId, wanted]);
  const quotedIds = JSON.stringify(quoted.map((row) => textOf(row, 'id')));
  const changes = grouped([...(await sql.all(CHANGES, [groupId, ids])), ...unsent], 'replaces');
  const quotedChanges = grouped([...(await sql.all(CHANGES, [groupId, quotedIds])), ...unsent], 'replaces');
  const answers = grouped([...(await sql.all(ANSWERS, [groupId, ids])), ...unsent], 'in_reply_to');
  const quotes = new Map(quoted.toReversed().map((row) => [textOf(row, 'id'), row]));
  return (row) => {
    const target = quotes.get(maybeText(row, 'in_reply_to') ?? '');
    const own = (answers.get(textOf(row, 'id')) ?? []).filter((answer) => isWorth(answer, row, reader));
    return {
      ...newestWording(changesOf(row, changes, reader), reader),
      quote: target && quoteOf(target, changesOf(target, quotedChanges, reader), reader),
      replies: own.filter((answer) => textOf(answer, 'kind') === 'text').length,
      reactions: reactionsOf(own, reader),
      acknowledgements: acknowledgementsOf(own, reader),
    };
  };
}

/** Every wording of a message, oldest first. */
export async function readVersions(sql: Sql, groupId: string, id: string, reader: Reader): Promise<VersionView[]> {
  const [original] = await sql.all(NAMED, [groupId, JSON.stringify([id])]);
  if (!original) return [];
  const unsent = await sql.all(UNSENT, [groupId]);
  const changes = grouped([...(await sql.all(CHANGES, [groupId, JSON.stringify([id])])), ...unsent], 'replaces');
  return [original, ...changesOf(original, changes, reader)].map((row) => ({
    text: textOf(row, 'text'),
    at: textOf(row, 'sent_at'),
    state: isUnsent(row) ? 'waiting' : 'accepted',
  }));
}

/** The rows of a thread: what began it, and all that answers it or an answer of it, in the conversation's order. */
export async function threadRows(sql: Sql, groupId: string, id: string): Promise<Row[]> {
  const query = `WITH RECURSIVE thread (id) AS (
      SELECT ?2 UNION SELECT message.id FROM thread JOIN message ON message.in_reply_to = thread.id
        WHERE message.group_id = ?1 AND message.kind = 'text' AND message.replaces IS NULL)
    SELECT * FROM message WHERE group_id = ?1 AND id IN (SELECT id FROM thread) AND kind = 'text' AND replaces IS NULL
    ORDER BY seq LIMIT ${String(MAX_THREAD)}`;
  return sql.all(query, [groupId, await beginningOf(sql, groupId, id)]);
}

async function beginningOf(sql: Sql, groupId: string, id: string): Promise<string> {
  const query = `SELECT answered.id FROM message JOIN message AS answered
      ON answered.group_id = message.group_id AND answered.id = message.in_reply_to AND answered.kind = 'text'
    WHERE message.group_id = ? AND message.id = ? AND message.kind = 'text' LIMIT 1`;
  const seen = new Set([id]);
  let first = id;
  while (seen.size < MAX_DEPTH) {
    const row = await sql.get(query, [groupId, first]);
    const answered = row && textOf(row, 'id');
    if (answered === undefined || seen.has(answered)) break;
    seen.add(answered);
    first = answered;
  }
  return first;
}

function newestWording(changes: readonly Row[], { policy, directory }: Reader): Related {
  const newest = changes.at(-1);
  if (!newest) return {};
  const label = labelOf(newest);
  return {
    text: textOf(newest, 'text'),
    edits: changes.length,
    label,
    marking: marking(label, policy),
    mentions: mentionedIn(maybeBytes(newest, 'content')).map((personId) => ({
      personId,
      personName: nameOf(personId, directory),
    })),
  };
}

function quoteOf(row: Row, changes: readonly Row[], { directory }: Reader): QuoteView {
  return {
    id: textOf(row, 'id'),
    seq: numberOf(row, 'seq'),
    senderName: nameOf(maybeText(row, 'sender_person'), directory),
    text: textOf(changes.at(-1) ?? row, 'text').slice(0, QUOTED),
  };
}

/** Of each person and sign the newest counts. */
function reactionsOf(answers: readonly Row[], { directory, ownPersonId }: Reader): ReactionView[] {
  const people = new Map<string, Set<string>>();
  for (const row of answers) {
    const kind = textOf(row, 'kind');
    const sign = textOf(row, 'text');
    const personId = authorOf(row, ownPersonId);
    if (personId === undefined) continue;
    if (kind === 'reaction') people.set(sign, (people.get(sign) ?? new Set()).add(personId));
    if (kind === 'withdrawal') people.get(sign)?.delete(personId);
  }
  return [...people].flatMap(([sign, ids]) =>
    ids.size === 0
      ? []
      : [
          {
            sign,
            own: ids.has(ownPersonId),
            people: [...ids].map((personId) => ({ personId, personName: nameOf(personId, directory) })),
          },
        ],
  );
}

/** Of each person the first. */
function acknowledgementsOf(answers: readonly Row[], { directory, ownPersonId }: Reader): AcknowledgementView[] {
  const first = new Map<string, string>();
  for (const row of answers) {
    const personId = authorOf(row, ownPersonId);
    if (textOf(row, 'kind') !== 'acknowledgement' || personId === undefined || first.has(personId)) continue;
    first.set(personId, textOf(row, 'sent_at'));
  }
  return [...first].map(([personId, at]) => ({ personId, personName: nameOf(personId, directory), at }));
}

/** Only a text can be changed, and only by its author. */
function changesOf(row: Row, changes: ReadonlyMap<string, readonly Row[]>, reader: Reader): readonly Row[] {
  if (textOf(row, 'kind') !== 'text' || maybeText(row, 'replaces') !== undefined) return [];
  const author = authorOf(row, reader.ownPersonId);
  return (changes.get(textOf(row, 'id')) ?? []).filter(
    (change) => authorOf(change, reader.ownPersonId) === author && isWorth(change, row, reader),
  );
}

/** What a member handed over is that member's word, and says something only of what the same member handed over. */
function isWorth(row: Row, target: Row, { ownPersonId }: Reader): boolean {
  const giver = giverOf(row);
  return giver === undefined || giver === ownPersonId || giver === giverOf(target);
}

const isUnsent = (row: Row): boolean => 'idempotency_key' in row;
const giverOf = (row: Row): string | undefined => (isUnsent(row) ? undefined : maybeText(row, 'given_by'));
const authorOf = (row: Row, ownPersonId: string): string | undefined =>
  isUnsent(row) ? ownPersonId : maybeText(row, 'sender_person');

function grouped(rows: readonly Row[], column: 'replaces' | 'in_reply_to'): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const id = maybeText(row, column);
    if (id !== undefined) groups.set(id, [...(groups.get(id) ?? []), row]);
  }
  return groups;
}
