import { defaultSuite } from '#mls';
import { canonicalLabel, parseLabel } from '#policy';
import type { Label } from '#policy';

import { ChanceryError } from '../errors.js';
import { maybeBytes, maybeText, numberOf, textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import type { ConversationView, Problem } from '../types.js';

/** A conversation's row. Drafts of it live inside one storage transaction, with the MLS state that they belong to. */
export interface ConversationRecord {
  readonly id: string;
  name: string;
  /** Place of the rename that gave the name; 0 before the first. */
  namedAt: number;
  readonly label: Label;
  /** Canonical text of the label. */
  readonly labelText: string;
  /** Counted through all MLS groups that the conversation has had. */
  epoch: number;
  /** Epochs before its MLS group: epoch n of the group is epoch `epochBase` + n of the conversation. */
  epochBase: number;
  /** The MLS cipher suite; while the conversation moves, the one that it moves to. */
  suite: number;
  /** MLS group id (hex) of the successor while the group is closed and this device is not in the successor yet. */
  movingTo: string | undefined;
  /** The Welcome by which this device came into the successor, where another one made it. */
  enteredBy: string | undefined;
  state: ConversationView['state'];
  problem: Problem | undefined;
  /** Place of the newest envelope that was processed. */
  cursor: number;
  /** The first place that this device may read. */
  firstSeq: number;
  /** Head of the log at the cursor; undefined until a message has named a head to start from. */
  head: Uint8Array | undefined;
  /** Counter of the next message that this device encrypts for the first time. */
  nextCounter: number;
  /** Proposals of the current epoch that wait for somebody's commit. */
  proposals: number;
  readUpTo: number;
  /** The Welcome by which this device joined; undefined where it created the group. */
  welcomeId: string | undefined;
}

/** What differs from a conversation in which nothing has happened yet. */
type Beginning = Pick<ConversationRecord, 'id' | 'name' | 'label'> & Partial<Omit<ConversationRecord, 'labelText'>>;

/** A conversation from its first place on, active, in the default suite, without a group in it yet. */
export function newRecord(beginning: Beginning): ConversationRecord {
  return {
    namedAt: 0,
    labelText: canonicalLabel(beginning.label),
    epoch: 0,
    epochBase: 0,
    suite: defaultSuite,
    movingTo: undefined,
    enteredBy: undefined,
    state: 'active',
    problem: undefined,
    cursor: 0,
    firstSeq: 1,
    head: undefined,
    nextCounter: 0,
    proposals: 0,
    readUpTo: 0,
    welcomeId: undefined,
    ...beginning,
  };
}

const SAVE = `INSERT OR REPLACE INTO conversation
  (id, name, label, epoch, state, problem, cursor, first_seq, head, next_counter, proposals, read_up_to, welcome_id, named_at,
   epoch_base, suite, moving_to, entered_by)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export async function saveConversation(sql: Sql, record: ConversationRecord): Promise<void> {
  await sql.run(SAVE, [
    record.id,
    record.name,
    record.labelText,
    record.epoch,
    record.state,
    record.problem ? JSON.stringify(record.problem) : null,
    record.cursor,
    record.firstSeq,
    record.head ?? null,
    record.nextCounter,
    record.proposals,
    record.readUpTo,
    record.welcomeId ?? null,
    record.namedAt,
    record.epochBase,
    record.suite,
    record.movingTo ?? null,
    record.enteredBy ?? null,
  ]);
}

export async function findConversation(sql: Sql, id: string): Promise<ConversationRecord | undefined> {
  const row = await sql.get('SELECT * FROM conversation WHERE id = ?', [id]);
  return row && fromRow(row);
}

/** @throws ChanceryError NOT_FOUND */
export async function loadConversation(sql: Sql, id: string): Promise<ConversationRecord> {
  const record = await findConversation(sql, id);
  if (!record)
    throw new ChanceryError('NOT_FOUND', 'This vault holds no such conversation.', { field: 'conversation' });
  return record;
}

export async function loadConversations(sql: Sql): Promise<ConversationRecord[]> {
  return (await sql.all('SELECT * FROM conversation ORDER BY id')).map(fromRow);
}

/** For what waits in the outbox. @throws ChanceryError CONVERSATION_FROZEN, NOT_A_MEMBER */
export function requireWritable(record: ConversationRecord): void {
  if (record.state !== 'stuck') requireActive(record);
}

/** @throws ChanceryError CONVERSATION_FROZEN, NOT_A_MEMBER, RESYNC_NEEDED */
export function requireActive({ state, problem }: ConversationRecord): void {
  if (state === 'active') return;
  if (state === 'stuck') throw new ChanceryError('RESYNC_NEEDED', problem?.message ?? 'This device was left behind.');
  if (state === 'frozen') {
    throw new ChanceryError('CONVERSATION_FROZEN', problem?.message ?? 'This conversation is frozen.');
  }
  throw new ChanceryError('NOT_A_MEMBER', 'This device has left the conversation.');
}

/** For everything that the MLS group is needed for. @throws ChanceryError CONVERSATION_MOVING, and all that `requireActive` throws */
export function requireOpen(record: ConversationRecord): void {
  requireActive(record);
  if (record.movingTo === undefined) return;
  const message = 'Another device has moved this conversation; this one waits for its invitation to the new group.';
  throw new ChanceryError('CONVERSATION_MOVING', message);
}

/** Stops all sending to a conversation that can't be trusted any more. */
export function freeze(record: ConversationRecord, message: string): void {
  record.state = 'frozen';
  record.problem = { code: 'CONVERSATION_FROZEN', message };
}

export function problemOf(row: Row): Problem | undefined {
  const text = maybeText(row, 'problem');
  return text === undefined ? undefined : (JSON.parse(text) as Problem);
}

export function labelOf(row: Row): Label {
  const label = parseLabel(textOf(row, 'label'));
  if (!label) throw new ChanceryError('VAULT_DAMAGED', 'A label in the vault is unreadable.');
  return label;
}

function fromRow(row: Row): ConversationRecord {
  return {
    id: textOf(row, 'id'),
    name: textOf(row, 'name'),
    namedAt: numberOf(row, 'named_at'),
    label: labelOf(row),
    labelText: textOf(row, 'label'),
    epoch: numberOf(row, 'epoch'),
    epochBase: numberOf(row, 'epoch_base'),
    suite: numberOf(row, 'suite'),
    movingTo: maybeText(row, 'moving_to'),
    enteredBy: maybeText(row, 'entered_by'),
    state: textOf(row, 'state') as ConversationRecord['state'],
    problem: problemOf(row),
    cursor: numberOf(row, 'cursor'),
    firstSeq: numberOf(row, 'first_seq'),
    head: maybeBytes(row, 'head'),
    nextCounter: numberOf(row, 'next_counter'),
    proposals: numberOf(row, 'proposals'),
    readUpTo: numberOf(row, 'read_up_to'),
    welcomeId: maybeText(row, 'welcome_id'),
  };
}
