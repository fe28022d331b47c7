import { decodeEnvelopeHeader } from '#contracts';
import type { EnvelopeHeader } from '#contracts';
import { MlsError } from '#mls';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { remember } from '../freshness/evidence.js';
import { changeOfHandOver, installHandOver, parseHandOver } from '../history/handOver.js';
import type { HandOver } from '../history/handOver.js';
import { newUuid } from '../identifiers.js';
import { textOf } from '../ports/store.js';
import { noteCall } from '../resync/calls.js';
import type { ConversationChange, Problem } from '../types.js';
import { coveredLabel, deviceIdOf } from './admission.js';
import { changeWords, encodeChange } from './changes.js';
import { hearCheckpoint } from './checkpoints.js';
import { checkCounter } from './counters.js';
import type { Sender } from './counters.js';
import { decodeContent, hasMore } from './content.js';
import type { Content, Response, UnknownContent } from './content.js';
import type { Envelope } from './envelope.js';
import type { Draft } from './groups.js';
import { agrees, anchor, isReplay } from './log.js';
import { insertMessage } from './messages.js';
import { notice } from './notices.js';
import { nameOfPerson } from './people.js';

interface Opened {
  readonly sender: Sender;
  readonly header: EnvelopeHeader;
  readonly plaintext: Uint8Array;
  /** The MLS epoch that it was encrypted in. */
  readonly epoch: number;
}

/** Decrypts a message of another device and enters it at its place; what can't be read or trusted leaves a notice there. */
export async function receiveMessage(core: Core, draft: Draft, envelope: Envelope): Promise<void> {
  const opened = await open(core, draft, envelope);
  if (!opened) return;
  const { sender, header } = opened;
  const isNew = await checkCounter(core, draft, envelope, sender, header);
  if (!isNew) return;
  const agrees = await checkHead(core, draft, envelope, sender, header);
  await hearCheckpoint(core, draft, envelope, sender, header);
  const content = readContent(opened.plaintext, draft.record.id);
  if (content.kind === 'resync') await noteCall(core, draft, envelope, sender, opened.epoch);
  else await enter(core, draft, envelope, { ...opened, content });
  if (agrees && content.at !== undefined) await hearOfSender(core, draft, opened, content.at);
}

/** A message says, like a stand, what its sender had seen when it was written. */
async function hearOfSender(
  { timer, profile }: Core,
  { sql, record }: Draft,
  { sender: { deviceId, personId }, header: { seq } }: Opened,
  signedAt: number,
): Promise<void> {
  if (personId === undefined || personId === profile.personId) return;
  await remember(sql, { groupId: record.id, deviceId, personId, seq, says: 'agrees', signedAt }, timer.now());
}

async function open(core: Core, draft: Draft, envelope: Envelope): Promise<Opened | undefined> {
  try {
    const { plaintext, authenticatedData, sender, identity, epoch } = draft.group.decrypt(envelope.payload);
    if (sender === draft.group.ownLeaf) throw rolledBack();
    const header = decodeEnvelopeHeader(authenticatedData);
    if (header) return { sender: senderOf(core, identity), header, plaintext, epoch };
    const text = `Message ${String(envelope.seq)} has no readable header.`;
    await notice(core, draft, envelope, 'ENVELOPE_INVALID', text, { what: 'unreadable', place: envelope.seq });
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    await explainUnreadable(core, draft, envelope, error);
  }
  return undefined;
}

/** A message by this very device that this vault never wrote: a newer copy of the vault has been at work. */
export function rolledBack(): ChanceryError {
  return new ChanceryError(
    'VAULT_ROLLED_BACK',
    'The server holds messages of this device that this vault does not know.',
  );
}

async function explainUnreadable(core: Core, draft: Draft, envelope: Envelope, error: MlsError): Promise<void> {
  const place = String(envelope.seq);
  // what was said after the commit that this device could not process is handed over when it is brought back
  if (draft.record.state === 'stuck' && error.code === 'WRONG_EPOCH') return;
  if (await isReplay(draft.sql, draft.record.id, envelope.payload)) {
    const text = `An earlier message was given again at place ${place}; it is shown once.`;
    await notice(core, draft, envelope, 'ENVELOPE_INVALID', text, { what: 'repeated', place: envelope.seq });
    return;
  }
  const text = `Message ${place} can't be read (${error.code}).`;
  await notice(core, draft, envelope, 'ENVELOPE_INVALID', text, { what: 'unreadable', place: envelope.seq });
}

function senderOf({ directory }: Core, identity: Uint8Array): Sender {
  const deviceId = deviceIdOf(identity) ?? '';
  const personId = directory.current.device(deviceId)?.person;
  return {
    deviceId,
    personId,
    name: personId === undefined ? 'an unknown device' : nameOfPerson(personId, directory.current),
  };
}

/**
 * Holds what the sender saw of the log against what this device saw; false if it differs. Place 0 says nothing: its head is the
 * same for everybody.
 */
async function checkHead(
  core: Core,
  draft: Draft,
  envelope: Envelope,
  sender: Sender,
  header: EnvelopeHeader,
): Promise<boolean> {
  const { sql, record } = draft;
  if (header.seq === 0) return true;
  if (header.seq >= envelope.seq) {
    const words = `${sender.name} names a place of the log that comes later.`;
    await notice(core, draft, envelope, 'MESSAGE_GAP', words, { what: 'ahead', person: sender.name });
    return false;
  }
  if (!record.head) await anchor(sql, record, header.seq, header.head);
  if ((await agrees(sql, record, header.seq, header.head)) !== false) return true;
  const text = `${sender.name} and this device were given different messages, or another order, before place ${String(header.seq)}.`;
  const told = { what: 'forked', person: sender.name, place: header.seq } as const;
  await notice(core, draft, envelope, 'MESSAGE_GAP', text, told);
  return false;
}

async function enter(
  core: Core,
  draft: Draft,
  envelope: Envelope,
  { sender, header, plaintext, content }: Opened & { readonly content: ShownContent },
): Promise<void> {
  const { record, sql } = draft;
  const label = coveredLabel(header.label, record.label, core.policy);
  const problem = label ? await replacementProblem(core, draft, sender, content) : labelProblem();
  if (content.kind === 'rename') rename(draft, envelope, content.text);
  const { kind } = content;
  const change = content.kind === 'history' ? handedOver(core, sender, content) : undefined;
  await insertMessage(sql, {
    groupId: record.id,
    seq: envelope.seq,
    rank: 1,
    id: content.id ?? newUuid(core.timer.now()),
    kind,
    text: change ? changeWords(change) : wordsOf(content),
    ...((kind === 'unknown' || hasMore(content)) && { content: plaintext }),
    ...(change && { content: encodeChange(change) }),
    senderPerson: sender.personId,
    senderDevice: sender.deviceId,
    labelText: label ? header.label : record.labelText,
    precedence: header.precedence,
    sentAt: content.at === undefined ? envelope.acceptedAt : new Date(content.at).toISOString(),
    acceptedAt: envelope.acceptedAt,
    inReplyTo: kind === 'unknown' ? undefined : content.inReplyTo,
    replaces: kind === 'unknown' || problem ? undefined : content.replaces,
    problem,
  });
  if (content.kind === 'history' && label && sender.personId !== undefined) {
    await installHandOver(core, draft, content.handOver, sender.personId);
  }
}

/** What stands in a message, with earlier messages that it hands over. */
type ShownContent = (Content & { readonly kind: 'text' | 'rename' | Response }) | HistoryContent | UnknownContent;
type ReadContent = ShownContent | (Content & { readonly kind: 'resync' });
type HistoryContent = Content & { readonly kind: 'history'; readonly handOver: HandOver };

function readContent(plaintext: Uint8Array, groupId: string): ReadContent {
  const content = decodeContent(plaintext);
  const { kind, id, at } = content;
  if (kind === 'unknown') return content;
  if (kind !== 'history') return { ...content, kind };
  const handOver = parseHandOver(content.history, groupId);
  return handOver ? { ...content, kind, handOver } : { kind: 'unknown', id, at };
}

const wordsOf = (content: ShownContent): string => (content.kind === 'unknown' ? '' : content.text);

function handedOver({ directory }: Core, { name }: Sender, { handOver }: HistoryContent): ConversationChange {
  return changeOfHandOver(handOver, name, directory.current);
}

/** The newest rename in the conversation's order gives the name. */
export function rename({ record }: Draft, { seq }: Pick<Envelope, 'seq'>, name: string): void {
  if (seq <= record.namedAt) return;
  record.name = name;
  record.namedAt = seq;
}

function labelProblem(): Problem {
  return { code: 'LABEL_TOO_HIGH', message: "The message's label is not covered by the conversation's." };
}

/** Only its author may replace a message. */
async function replacementProblem(
  { profile }: Core,
  { sql, record }: Draft,
  { personId }: Sender,
  content: ShownContent,
): Promise<Problem | undefined> {
  if (content.kind === 'unknown' || content.replaces === undefined) return undefined;
  // what another member handed over proves nothing about its author
  const query = `SELECT sender_person FROM message WHERE group_id = ? AND id = ? AND sender_person IS NOT NULL
    AND (given_by IS NULL OR given_by = ?)`;
  const rows = await sql.all(query, [record.id, content.replaces, profile.personId]);
  if (rows.every((row) => textOf(row, 'sender_person') === personId)) return undefined;
  return { code: 'FORBIDDEN', message: 'This would have replaced a message of somebody else.' };
}
