import { decodeEnvelopeHeader } from '#contracts';
import type { EnvelopeHeader } from '#contracts';
import { MlsError } from '#mls';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { newUuid } from '../identifiers.js';
import { textOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import type { Problem } from '../types.js';
import { coveredLabel, deviceIdOf } from './admission.js';
import { checkCounter } from './counters.js';
import type { Sender } from './counters.js';
import { decodeContent } from './content.js';
import type { Content, UnknownContent } from './content.js';
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
}

/** Decrypts a message of another device and enters it at its place; what can't be read or trusted leaves a notice there. */
export async function receiveMessage(core: Core, draft: Draft, envelope: Envelope): Promise<void> {
  const opened = await open(core, draft, envelope);
  if (!opened) return;
  const { sender, header } = opened;
  const isNew = await checkCounter(core, draft, envelope, sender, header);
  if (!isNew) return;
  await checkHead(core, draft, envelope, sender, header);
  await enter(core, draft, envelope, opened);
}

async function open(core: Core, draft: Draft, envelope: Envelope): Promise<Opened | undefined> {
  try {
    const { plaintext, authenticatedData, sender, identity } = draft.group.decrypt(envelope.payload);
    if (sender === draft.group.ownLeaf) throw rolledBack();
    const header = decodeEnvelopeHeader(authenticatedData);
    if (header) return { sender: senderOf(core, identity), header, plaintext };
    await notice(core, draft, envelope, 'ENVELOPE_INVALID', `Message ${String(envelope.seq)} has no readable header.`);
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
  if (await isReplay(draft.sql, draft.record.id, envelope.payload)) {
    const text = `An earlier message was given again at place ${place}; it is shown once.`;
    await notice(core, draft, envelope, 'ENVELOPE_INVALID', text);
    return;
  }
  await notice(core, draft, envelope, 'ENVELOPE_INVALID', `Message ${place} can't be read (${error.code}).`);
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

/** Holds what the sender saw of the log against what this device saw. Place 0 says nothing: its head is the same for everybody. */
async function checkHead(
  core: Core,
  draft: Draft,
  envelope: Envelope,
  sender: Sender,
  header: EnvelopeHeader,
): Promise<void> {
  const { sql, record } = draft;
  if (header.seq === 0) return;
  if (header.seq >= envelope.seq) {
    await notice(core, draft, envelope, 'MESSAGE_GAP', `${sender.name} names a place of the log that comes later.`);
    return;
  }
  if (!record.head) await anchor(sql, record, header.seq, header.head);
  if ((await agrees(sql, record, header.seq, header.head)) !== false) return;
  const text = `${sender.name} and this device were given different messages, or another order, before place ${String(header.seq)}.`;
  await notice(core, draft, envelope, 'MESSAGE_GAP', text);
}

async function enter(
  core: Core,
  draft: Draft,
  envelope: Envelope,
  { sender, header, plaintext }: Opened,
): Promise<void> {
  const { record, sql } = draft;
  const content = decodeContent(plaintext);
  const label = coveredLabel(header.label, record.label, core.policy);
  const problem = label ? await replacementProblem(sql, record.id, sender, content) : labelProblem();
  if (content.kind === 'rename') rename(draft, envelope, content.text);
  const { kind } = content;
  await insertMessage(sql, {
    groupId: record.id,
    seq: envelope.seq,
    rank: 1,
    id: content.id ?? newUuid(core.timer.now()),
    kind,
    text: kind === 'unknown' ? '' : content.text,
    ...(kind === 'unknown' && { content: plaintext }),
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
  sql: Sql,
  groupId: string,
  { personId }: Sender,
  content: Content | UnknownContent,
): Promise<Problem | undefined> {
  if (content.kind === 'unknown' || content.replaces === undefined) return undefined;
  const query = 'SELECT sender_person FROM message WHERE group_id = ? AND id = ? AND sender_person IS NOT NULL';
  const rows = await sql.all(query, [groupId, content.replaces]);
  if (rows.every((row) => textOf(row, 'sender_person') === personId)) return undefined;
  return { code: 'FORBIDDEN', message: 'This would have replaced a message of somebody else.' };
}
