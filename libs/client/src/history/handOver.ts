import type { Directory } from '#transparency';

import { coveredLabel } from '../conversation/admission.js';
import type { Draft } from '../conversation/groups.js';
import { membersOf } from '../conversation/membership.js';
import { insertGiven } from '../conversation/messages.js';
import { nameOfPerson } from '../conversation/people.js';
import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import type { Sql } from '../ports/store.js';
import type { ConversationChange, MessageKind } from '../types.js';
import { isMap, parseRecord, present, recordOfRow, understood } from './records.js';
import type { HistoryRecord } from './records.js';

/** Earlier messages of a conversation that a member hands to others who joined later; part of a message that every member sees. */
export interface HandOver {
  /** Ids of the people whom it is for. */
  readonly to: readonly string[];
  readonly records: readonly HistoryRecord[];
}

const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 10_000;
/** One message carries about so many UTF-16 code units of others. */
const PART_LENGTH = 64 * 1024;
const OTHER_FIELDS = 300;
/** Of these kinds what is kept beside the words is handed over too. */
const GIVEN_CONTENT: readonly MessageKind[] = ['text', 'unknown', 'membership'];
const MAX_RECORDS = 2000;
const MAX_PEOPLE = 1000;
/** What was handed to oneself one does not hand on: the word of the one who did would be lost. */
const OWN_KNOWLEDGE = `SELECT * FROM message WHERE group_id = ? AND rank = 1 AND kind IN ('text', 'rename', 'membership', 'reaction', 'withdrawal', 'acknowledgement')
  AND (given_by IS NULL OR given_by = ?)`;
const NEWEST = `${OWN_KNOWLEDGE} ORDER BY seq DESC LIMIT ?`;
const MISSED = `${OWN_KNOWLEDGE} AND seq >= ? ORDER BY seq LIMIT ?`;

/**
 * What goes out, in parts that fit into a message each, oldest first.
 * @param limit how many of the newest messages
 * @throws ChanceryError NOT_A_MEMBER for people who are no members, BAD_INPUT, NOT_FOUND where there is nothing
 */
export async function prepareHandOver(
  core: Core,
  sql: Sql,
  groupId: string,
  to: readonly string[],
  limit = DEFAULT_LIMIT,
): Promise<HandOver[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new ChanceryError('BAD_INPUT', `1 to ${String(MAX_LIMIT)} messages are handed over.`, { field: 'limit' });
  }
  const members = membersOf(core, await core.groups.members(sql, groupId)).map(({ personId }) => personId);
  if (to.length === 0 || !to.every((personId) => members.includes(personId))) {
    throw new ChanceryError('NOT_A_MEMBER', 'History is handed to members of the conversation.', {
      field: 'personIds',
    });
  }
  const rows = await sql.all(NEWEST, [groupId, core.profile.personId, limit]);
  const records = rows.toReversed().map((row) => plain(recordOfRow(row)));
  if (records.length === 0) throw new ChanceryError('NOT_FOUND', 'There is nothing to hand over.');
  return inParts(records).map((part) => ({ to, records: part }));
}

/** For somebody who was a member all the time and could not read what stands from a place on; nothing where there was nothing. */
export async function prepareMissed(
  { profile }: Core,
  sql: Sql,
  groupId: string,
  personId: string,
  from: number,
): Promise<HandOver[]> {
  const rows = await sql.all(MISSED, [groupId, profile.personId, from, MAX_LIMIT]);
  return inParts(rows.map((row) => plain(recordOfRow(row)))).map((part) => ({ to: [personId], records: part }));
}

/** Checks what came out of a message; undefined for anything that no client writes. */
export function parseHandOver(value: unknown, groupId: string): HandOver | undefined {
  const { to, records } = isMap(value) ? value : {};
  if (!Array.isArray(to) || !Array.isArray(records)) return undefined;
  if (to.length > MAX_PEOPLE || records.length > MAX_RECORDS || !to.every((id) => typeof id === 'string'))
    return undefined;
  const parsed = records.flatMap((one) => parseRecord(one) ?? []);
  const isSound = parsed.length === records.length && parsed.every((record) => record.groupId === groupId);
  return isSound ? { to, records: parsed.map(plain) } : undefined;
}

export function changeOfHandOver({ to, records }: HandOver, giver: string, directory: Directory): ConversationChange {
  return { kind: 'handedOver', giver, to: to.map((id) => nameOfPerson(id, directory)), count: records.length };
}

/** Enters what this person did not see themselves, as the word of the member who hands it over. */
export async function installHandOver(
  { profile, policy }: Core,
  { sql, record }: Draft,
  { to, records }: HandOver,
  givenBy: string,
): Promise<void> {
  if (!to.includes(profile.personId)) return;
  for (const message of records) {
    if (message.seq >= record.firstSeq || !coveredLabel(message.labelText, record.label, policy)) continue;
    await insertGiven(sql, understood(message), givenBy, profile.personId);
  }
}

/** What counts of an earlier message: its words, not what its giver's vault thought of it. */
function plain(record: HistoryRecord): HistoryRecord {
  const { groupId, seq, id, kind, text, labelText, precedence, sentAt, acceptedAt } = record;
  const { senderPerson, senderDevice, inReplyTo, replaces } = record;
  // where attachments are, with their keys, what only newer clients read, and who came and went
  const content = GIVEN_CONTENT.includes(kind) ? record.content : undefined;
  const links = present({ senderPerson, senderDevice, inReplyTo, replaces, content });
  return { groupId, seq, rank: 1, id, kind, text, labelText, precedence, sentAt, acceptedAt, ...links };
}

function inParts(records: readonly HistoryRecord[]): HistoryRecord[][] {
  const parts: HistoryRecord[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const record of records) {
    length += lengthOf(record);
    if (length > PART_LENGTH) {
      parts.push([]);
      length = lengthOf(record);
    }
    parts.at(-1)?.push(record);
  }
  return parts;
}

function lengthOf({ text, content }: HistoryRecord): number {
  return text.length + (content?.length ?? 0) + OTHER_FIELDS;
}
