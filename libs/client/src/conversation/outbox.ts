import { encodeEnvelopeHeader, SendEnvelopesDocument } from '#contracts';
import type { SendEnvelopesMutation } from '#contracts';
import { sha256, toBase64 } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError, fromRefusal, isTransient, toErrorCode } from '../errors.js';
import type { Freshness } from '../freshness/freshness.js';
import type { Sql } from '../ports/store.js';
import { firstHead } from './chain.js';
import type { Commits } from './commits.js';
import { attachedTo } from './content.js';
import type { Draft } from './groups.js';
import { advance } from './log.js';
import { requireSameMembers } from './membership.js';
import {
  closeCounterGap,
  enqueue,
  hasOnePayload,
  hasWaiting,
  markRefused,
  markSent,
  placeOwnMessage,
  saveEncrypted,
  waitingRows,
} from './outboxRows.js';
import type { Outgoing, OutboxRow } from './outboxRows.js';
import { loadConversation, requireActive, requireOpen, requireWritable } from './record.js';
import type { ConversationRecord } from './record.js';
import type { GroupSync } from './sync.js';

const MAX_BATCH = 50;
const MAX_BATCH_BYTES = 512 * 1024;
/** Rounds of "your epoch is too old" after which something else must be wrong. */
const MAX_STALE_ROUNDS = 20;

/** Answers that say: catch up, then encrypt again. */
const STALE_CODES = ['STALE_EPOCH', 'REMOVAL_DUE'];

interface Outcome {
  /** A message was accepted for a place that does not stand right behind the cursor. */
  isBehind: boolean;
  /** The group or the directory has moved on: see STALE_CODES. */
  isStale: boolean;
  delay: ChanceryError | undefined;
}

type SendResult = SendEnvelopesMutation['sendEnvelopes'][number];

/** A message with the bytes that the server gets. */
interface Encrypted {
  readonly row: OutboxRow;
  readonly payload: Uint8Array;
}

/**
 * Sends what waits in the outbox, in the order in which it was written. Ratchet state and outbox row are stored together before anything
 * is sent; a retry sends the same bytes under the same idempotency key, so that each message gets one place.
 * Callers hold the conversation's mutex.
 */
export class Outbox {
  constructor(
    private readonly core: Core,
    private readonly sync: GroupSync,
    private readonly commits: Commits,
    private readonly freshness: Freshness,
  ) {}

  /**
   * Writes a message; returns its id. It is durable then, and encrypted in the same transaction where nothing has to be settled
   * first. @throws ChanceryError CONVERSATION_FROZEN, NOT_A_MEMBER, DISK_FULL
   */
  async write(groupId: string, make: (record: ConversationRecord) => Outgoing): Promise<string> {
    if (!(await this.commits.isSettled(groupId))) return writeOnly(this.core, groupId, make);
    return this.core.groups.change(groupId, async (draft) => {
      requireActive(draft.record);
      const id = await enqueue(this.core, draft.sql, groupId, make(draft.record));
      await encryptBatch(this.core, draft);
      return id;
    });
  }

  /** @throws ChanceryError CONVERSATION_FROZEN, NOT_A_MEMBER, VAULT_ROLLED_BACK, SERVER_UNREACHABLE … */
  async flush(groupId: string): Promise<void> {
    let staleRounds = 0;
    while (await this.core.store.read((sql) => hasWaiting(sql, groupId))) {
      await this.commits.settle(groupId);
      await requireSameMembers(this.core, groupId);
      await this.freshness.require(groupId);
      const isStale = await this.deliver(groupId, await this.encrypt(groupId));
      if (!isStale) continue;
      staleRounds += 1;
      if (staleRounds > MAX_STALE_ROUNDS)
        throw new ChanceryError('STALE_EPOCH', 'The conversation changes too fast to send to it.');
      await this.core.directory.catchUp(this.core.session);
      await this.sync.catchUp(groupId);
    }
  }

  /** True when the epoch of the messages was too old for the server: they are encrypted again after catching up. */
  private async deliver(groupId: string, batch: readonly Encrypted[]): Promise<boolean> {
    const envelopes = batch.map(({ row, payload }) => ({
      groupId,
      payload: toBase64(payload),
      idempotencyKey: toBase64(row.idempotencyKey),
      ...namedFiles(row),
    }));
    const { sendEnvelopes: results } = await this.core.session.execute(SendEnvelopesDocument, { envelopes });
    const { from, to, isBehind, isStale, delay } = await this.settle(groupId, batch, results);
    await this.sync.announce(groupId, from, to);
    if (isBehind) await this.sync.catchUp(groupId);
    if (delay) throw delay;
    return isStale;
  }

  private async encrypt(groupId: string): Promise<Encrypted[]> {
    const ready = await this.core.store.read((sql) => encryptedBatch(sql, groupId));
    return ready ?? this.core.groups.change(groupId, (draft) => encryptBatch(this.core, draft));
  }

  /** Enters the server's answers: messages that stand right behind the cursor have their place, others wait for what is before them. */
  private settle(
    groupId: string,
    batch: readonly Encrypted[],
    results: readonly SendResult[],
  ): Promise<Outcome & { from: number; to: number }> {
    return this.core.groups.change(groupId, async (draft) => {
      const from = draft.record.cursor;
      const outcome: Outcome = { isBehind: false, isStale: false, delay: undefined };
      for (const [index, sent] of batch.entries()) {
        const result = results[index];
        if (!result) break;
        if (result.__typename === 'EnvelopeAccepted') {
          const isPlaced = await this.accept(draft, sent, result);
          outcome.isBehind ||= !isPlaced;
        } else if (STALE_CODES.includes(result.code)) outcome.isStale = true;
        else if (isTransient(fromRefusal(result))) outcome.delay ??= fromRefusal(result);
        else await refuse(draft, sent.row, result, results.slice(index + 1));
      }
      return { from, to: draft.record.cursor, ...outcome };
    });
  }

  private async accept(
    draft: Draft,
    { row, payload }: Encrypted,
    { seq, acceptedAt }: { seq: number; acceptedAt: string },
  ): Promise<boolean> {
    const isNext = seq === draft.record.cursor + 1 && (await hasOnePayload(draft.sql, row.number));
    if (!isNext) {
      await markSent(draft.sql, row.number, seq, acceptedAt);
      return false;
    }
    await placeOwnMessage(this.core, draft, row, { seq, acceptedAt });
    await advance(draft.sql, draft.record, payload);
    return true;
  }
}

/** Writes a message without waiting for anything: it is encrypted when the conversation's state is known to be the newest. */
export function writeOnly(
  core: Core,
  groupId: string,
  make: (record: ConversationRecord) => Outgoing,
): Promise<string> {
  return core.store.transaction(async (sql) => {
    const record = await loadConversation(sql, groupId);
    requireWritable(record);
    return enqueue(core, sql, groupId, make(record));
  });
}

/** The server keeps what a message names; it learns no more of the files than their ids. */
function namedFiles({ content }: OutboxRow): { attachments?: string[] } {
  const attachments = attachedTo(content).map(({ id }) => id);
  return attachments.length > 0 ? { attachments } : {};
}

/** The next batch, if all of it is encrypted for the epoch that the group is in. */
async function encryptedBatch(sql: Sql, groupId: string): Promise<Encrypted[] | undefined> {
  const record = await loadConversation(sql, groupId);
  requireOpen(record);
  const rows = withinBytes(await waitingRows(sql, groupId, MAX_BATCH));
  const batch = rows.flatMap((row) =>
    row.payload && row.epoch === record.epoch ? [{ row, payload: row.payload }] : [],
  );
  return batch.length === rows.length ? batch : undefined;
}

async function encryptBatch(core: Core, draft: Draft): Promise<Encrypted[]> {
  requireOpen(draft.record);
  const rows = withinBytes(await waitingRows(draft.sql, draft.record.id, MAX_BATCH));
  const batch: Encrypted[] = [];
  for (const row of rows) batch.push({ row, payload: await encryptRow(core, draft, row) });
  return batch;
}

/** The bytes of a message: those of an earlier attempt while its epoch lasts. */
async function encryptRow({ directory }: Core, { sql, record, group }: Draft, row: OutboxRow): Promise<Uint8Array> {
  if (row.payload && row.epoch === record.epoch) return row.payload;
  const counter = row.counter ?? record.nextCounter++;
  const { labelText: label, precedence } = row;
  const seen = record.head ? { seq: record.cursor, head: record.head } : { seq: 0, head: firstHead(record.id) };
  const checkpoint = directory.held;
  const header = { label, precedence, counter, ...seen, ...(checkpoint && { checkpoint }) };
  const payload = group.encrypt(row.content, encodeEnvelopeHeader(header));
  await saveEncrypted(sql, row.number, { payload, hash: sha256(payload), epoch: record.epoch, counter });
  return payload;
}

/** A refusal that no retry can heal. */
async function refuse(
  draft: Draft,
  { number }: OutboxRow,
  { code, message }: { code: string; message: string },
  later: readonly SendResult[],
): Promise<void> {
  await markRefused(draft.sql, number, { code: toErrorCode(code), message });
  const isLast = later.every(({ __typename }) => __typename !== 'EnvelopeAccepted');
  if (isLast) await closeCounterGap(draft, number);
}

function withinBytes(rows: readonly OutboxRow[]): OutboxRow[] {
  let bytes = 0;
  return rows.filter(({ content }, index) => {
    bytes += content.length;
    return index === 0 || bytes <= MAX_BATCH_BYTES;
  });
}
