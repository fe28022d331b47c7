import type { ErrorCode } from '#contracts';

import type { Core } from '../core.js';
import { newUuid } from '../identifiers.js';
import type { ConversationChange, NoticeSubject } from '../types.js';
import { changeWords, encodeChange } from './changes.js';
import type { Place } from './envelope.js';
import type { Draft } from './groups.js';
import { insertMessage } from './messages.js';

/** Says in the conversation, before the place of an envelope, that something is wrong with it. */
export async function notice(
  { timer }: Core,
  { sql, record }: Draft,
  { seq, acceptedAt }: Place,
  code: ErrorCode,
  text: string,
  told: NoticeSubject,
): Promise<void> {
  const { count: missing } = told;
  const now = timer.now();
  await insertMessage(sql, {
    groupId: record.id,
    seq,
    rank: 0,
    id: newUuid(now),
    kind: 'notice',
    text,
    labelText: record.labelText,
    precedence: 'ROUTINE',
    sentAt: now.toISOString(),
    acceptedAt,
    problem: { code, message: text, ...(missing !== undefined && { missing }), told: [told] },
  });
  if (code === 'MESSAGE_GAP') record.problem ??= { code, message: text };
}

/** Shows at the place of an envelope what it changed in the membership. */
export async function membershipLine(
  { timer }: Core,
  { sql, record }: Draft,
  { seq, acceptedAt }: Place,
  change: ConversationChange,
): Promise<void> {
  await insertMessage(sql, {
    groupId: record.id,
    seq,
    rank: 1,
    id: newUuid(timer.now()),
    kind: 'membership',
    text: changeWords(change),
    content: encodeChange(change),
    labelText: record.labelText,
    precedence: 'ROUTINE',
    sentAt: acceptedAt,
    acceptedAt,
  });
}
