import { PRECEDENCES } from '#contracts';
import type { Precedence } from '#contracts';
import { marking } from '#policy';

import type { Core } from '../core.js';
import { maybeBytes, textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import type { ConversationSummary, UnsentDraft } from '../types.js';
import { mentionedIn } from './content.js';
import { readRows } from './messages.js';
import { loadConversations } from './record.js';
import type { ConversationRecord } from './record.js';
import { IS_SHOWN } from './related.js';
import { readerOf } from './sync.js';

/** As much of the last message, and of a draft, as a line has room for, in UTF-16 code units. */
const LINE = 160;

/** Words of others that this device received itself. */
const FROM_OTHERS = `message.rank = 1 AND kind IN ('text', 'unknown') AND replaces IS NULL AND sender_person <> ?
  AND given_by IS NULL`;
const UNREAD = `SELECT group_id, precedence, content FROM conversation CROSS JOIN message
  ON message.group_id = conversation.id AND message.seq > conversation.read_up_to WHERE ${FROM_OTHERS}`;
const UNACKNOWLEDGED = `SELECT group_id, precedence FROM message WHERE precedence IN ('IMMEDIATE', 'FLASH') AND ${FROM_OTHERS}
  AND NOT EXISTS (SELECT 1 FROM message AS answer WHERE answer.group_id = message.group_id AND answer.in_reply_to = message.id
    AND answer.kind = 'acknowledgement' AND answer.sender_person = ?)
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.group_id = message.group_id AND outbox.in_reply_to = message.id
    AND outbox.kind = 'acknowledgement')`;
const LAST = `SELECT * FROM message WHERE ${IS_SHOWN} AND group_id = ? AND kind IN ('text', 'unknown') ORDER BY seq DESC LIMIT 1`;

interface Need {
  unread: number;
  unacknowledged: number;
  urgency: number;
  isMentioned: boolean;
}

/**
 * The conversations in the order in which they need this person: what is unread or not acknowledged first, by precedence, then by time; the rest by
 * time. Read from rows alone: no group state is loaded.
 * @param limit how many; the first ones
 */
export async function summaries(core: Core, sql: Sql, limit: number): Promise<ConversationSummary[]> {
  const needs = await needsOf(core, sql);
  const drafts = await draftsOf(sql);
  const all: { readonly summary: ConversationSummary; readonly rank: number; readonly at: string }[] = [];
  for (const record of await loadConversations(sql)) {
    const need = needs.get(record.id);
    const summary = await summaryOf(core, sql, record, need, drafts.get(record.id));
    all.push({ summary, rank: need?.urgency ?? -1, at: summary.last?.at ?? '' });
  }
  const sorted = all.sort((one, other) => other.rank - one.rank || other.at.localeCompare(one.at));
  return sorted.slice(0, limit).map(({ summary }) => summary);
}

async function summaryOf(
  core: Core,
  sql: Sql,
  { id, name, label, state }: ConversationRecord,
  need: Need | undefined,
  draft: string | undefined,
): Promise<ConversationSummary> {
  return {
    id,
    name,
    label,
    marking: marking(label, core.policy),
    state,
    unread: need?.unread ?? 0,
    unacknowledged: need?.unacknowledged ?? 0,
    urgency: need && PRECEDENCES[need.urgency],
    isMentioned: need?.isMentioned ?? false,
    last: await lastOf(core, sql, id),
    draft,
  };
}

async function lastOf(core: Core, sql: Sql, id: string): Promise<ConversationSummary['last']> {
  const rows = await sql.all(LAST, [core.profile.personId, id]);
  const [message] = await readRows(sql, id, rows, readerOf(core));
  if (!message) return undefined;
  const { senderName, own, text, sentAt, acceptedAt } = message;
  return { senderName, own, text: text.slice(0, LINE), at: acceptedAt ?? sentAt };
}

async function needsOf({ profile: { personId } }: Core, sql: Sql): Promise<ReadonlyMap<string, Need>> {
  const needs = new Map<string, Need>();
  const needOf = (row: Row): Need => {
    const id = textOf(row, 'group_id');
    const need = needs.get(id) ?? { unread: 0, unacknowledged: 0, urgency: 0, isMentioned: false };
    need.urgency = Math.max(need.urgency, PRECEDENCES.indexOf(textOf(row, 'precedence') as Precedence));
    needs.set(id, need);
    return need;
  };
  for (const row of await sql.all(UNREAD, [personId])) {
    const need = needOf(row);
    need.unread += 1;
    need.isMentioned ||= mentionedIn(maybeBytes(row, 'content')).includes(personId);
  }
  for (const row of await sql.all(UNACKNOWLEDGED, [personId, personId])) needOf(row).unacknowledged += 1;
  return needs;
}

async function draftsOf(sql: Sql): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.all('SELECT group_id, body FROM draft');
  return new Map(
    rows.map((row) => {
      const { text } = JSON.parse(textOf(row, 'body')) as UnsentDraft;
      return [textOf(row, 'group_id'), text.slice(0, LINE)];
    }),
  );
}
