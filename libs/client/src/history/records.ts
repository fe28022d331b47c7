import { PRECEDENCES } from '#contracts';
import { parseLabel } from '#policy';

import { decodeContent, isResponse } from '../conversation/content.js';
import type { Content } from '../conversation/content.js';
import type { PlacedMessage } from '../conversation/messages.js';
import { problemOf } from '../conversation/record.js';
import { maybeBytes, maybeText, numberOf, textOf } from '../ports/store.js';
import type { Row } from '../ports/store.js';
import type { MessageKind, Problem } from '../types.js';

/** A message as it stands in a segment, or in history that a member hands over. */
export interface HistoryRecord extends PlacedMessage {
  /** The member who had handed it to whoever sealed it. */
  readonly givenBy?: string | undefined;
}

const KINDS: readonly string[] = [
  'text',
  'rename',
  'membership',
  'history',
  'notice',
  'unknown',
] satisfies MessageKind[];
const MAX_TEXT = 1024 * 1024;
const GROUP_ID = /^[0-9a-f]{32}$/;

/**
 * Reactions and the like go as `unknown`, with their content: a client that does not know them keeps them, and gives them on. See `understood`.
 */
export function recordOfRow(row: Row): HistoryRecord {
  const kind = textOf(row, 'kind') as MessageKind;
  return {
    groupId: textOf(row, 'group_id'),
    seq: numberOf(row, 'seq'),
    rank: numberOf(row, 'rank') === 0 ? 0 : 1,
    id: textOf(row, 'id'),
    ...(isResponse(kind) ? { kind: 'unknown', text: '' } : { kind, text: textOf(row, 'text') }),
    ...present({
      content: maybeBytes(row, 'content'),
      senderPerson: maybeText(row, 'sender_person'),
      senderDevice: maybeText(row, 'sender_device'),
      inReplyTo: maybeText(row, 'in_reply_to'),
      replaces: maybeText(row, 'replaces'),
      problem: problemOf(row),
      givenBy: maybeText(row, 'given_by'),
    }),
    labelText: textOf(row, 'label'),
    precedence: textOf(row, 'precedence') as PlacedMessage['precedence'],
    sentAt: textOf(row, 'sent_at'),
    acceptedAt: textOf(row, 'accepted_at'),
  };
}

/** A record that its sealer, or its giver, did not understand, or has given on in that form. */
export function understood<Placed extends PlacedMessage>(record: Placed): Placed {
  if (record.kind !== 'unknown' || !record.content) return record;
  const content = decodeContent(record.content);
  if (content.id !== record.id || !isResponse(content.kind)) return record;
  const { kind, text, inReplyTo } = content as Content;
  return { ...record, kind, text, inReplyTo };
}

/** Checks what came out of CBOR; undefined for anything that no client writes. */
export function parseRecord(value: unknown): HistoryRecord | undefined {
  if (!isMap(value)) return undefined;
  const { groupId, seq, rank, id, kind, text, labelText, precedence, sentAt, acceptedAt } = value;
  const isPlaced = typeof groupId === 'string' && GROUP_ID.test(groupId) && isCount(seq) && (rank === 0 || rank === 1);
  const isSound =
    isPlaced &&
    isText(id) &&
    isText(text) &&
    KINDS.includes(String(kind)) &&
    isText(labelText) &&
    parseLabel(labelText) !== undefined &&
    PRECEDENCES.some((one) => one === precedence) &&
    isTime(sentAt) &&
    isTime(acceptedAt) &&
    hasSoundOptions(value);
  return isSound ? (value as unknown as HistoryRecord) : undefined;
}

function hasSoundOptions(value: Readonly<Record<string, unknown>>): boolean {
  const { content, problem } = value;
  const texts = [value['senderPerson'], value['senderDevice'], value['inReplyTo'], value['replaces'], value['givenBy']];
  return (
    texts.every((text) => text === undefined || isText(text)) &&
    (content === undefined || content instanceof Uint8Array) &&
    (problem === undefined || isProblem(problem))
  );
}

function isProblem(value: unknown): value is Problem {
  if (!isMap(value)) return false;
  const { code, message, missing, told = [] } = value;
  const isSound = isText(code) && isText(message) && (missing === undefined || isCount(missing));
  return isSound && Array.isArray(told) && told.every(isSubject);
}

function isSubject(value: unknown): boolean {
  if (!isMap(value)) return false;
  const { what, person, place, count } = value;
  const isNamed = isText(what) && (person === undefined || isText(person));
  return isNamed && [place, count].every((number) => number === undefined || isCount(number));
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 40 && !Number.isNaN(Date.parse(value));
}

/** CBOR has no room for undefined: such fields are left out. */
export function present<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>;
}
