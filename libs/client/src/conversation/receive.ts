import { sha256 } from '#primitives';

import type { Core } from '../core.js';
import type { Problem } from '../types.js';
import type { Envelope } from './envelope.js';
import type { Draft } from './groups.js';
import { isOwnCall } from '../resync/ownCall.js';
import { advance, forgetOldEntries } from './log.js';
import { notice } from './notices.js';
import { findByPayload, markRefused, misplacedRows, placeOwnMessage } from './outboxRows.js';
import { receiveCommit } from './receiveCommit.js';
import { receiveMessage } from './receiveMessage.js';
import { receiveProposal } from './receiveProposal.js';

/**
 * What a batch came to.
 * - `gap`: the next envelope does not stand at the place after the cursor;
 * - `directory`: a commit brings in a device, or the server asks to remove one, that only a newer directory can tell about;
 * - `moved`: the group was closed in favour of a successor, in which the order goes on;
 * - `ended`: the conversation is frozen or left, nothing after this is read.
 */
export interface Received {
  readonly from: number;
  /** Cursor after the batch. */
  readonly to: number;
  readonly stopped: 'gap' | 'directory' | 'moved' | 'ended' | undefined;
  /** What froze the conversation, or got this device stuck, in this batch. */
  readonly problem: Problem | undefined;
}

export interface ReceiveOptions {
  /** The directory was brought up to date for this very batch: what it does not know does not exist. */
  readonly directoryIsNew: boolean;
}

/**
 * Processes envelopes in the group's order, in one transaction: messages, ratchet state and cursor move together, so that after a crash each
 * envelope has been processed wholly or not at all. Envelopes behind the cursor are passed over.
 */
export async function receive(
  core: Core,
  groupId: string,
  envelopes: readonly Envelope[],
  options: ReceiveOptions,
): Promise<Received> {
  return core.groups.change(groupId, async (draft) => {
    const { record } = draft;
    const { cursor: from, state: before } = record;
    let stopped: Received['stopped'];
    for (const envelope of envelopes) {
      if (envelope.seq <= record.cursor) continue;
      stopped = await step(core, draft, envelope, options);
      if (stopped) break;
    }
    if (record.movingTo !== undefined) stopped = 'moved';
    await explainMisplaced(core, draft);
    await forgetOldEntries(draft.sql, record);
    if (record.cursor > from) await dueReceipt(draft);
    const isWorse = before !== record.state && (record.state === 'frozen' || record.state === 'stuck');
    const problem = isWorse ? record.problem : undefined;
    return { from, to: record.cursor, stopped, problem };
  });
}

async function step(
  core: Core,
  draft: Draft,
  envelope: Envelope,
  options: ReceiveOptions,
): Promise<Received['stopped']> {
  const { record } = draft;
  if (record.state === 'frozen' || record.state === 'left') return 'ended';
  if (record.movingTo !== undefined) return 'moved';
  if (envelope.seq !== record.cursor + 1) return 'gap';
  if (!(await receiveOwn(core, draft, envelope))) {
    const stopped = await receiveOther(core, draft, envelope, options);
    if (stopped) return stopped;
  }
  await advance(draft.sql, record, envelope.payload);
  return undefined;
}

/** A message of one's own comes back in the group's order: known by its hash, for nobody can decrypt their own. */
async function receiveOwn(core: Core, draft: Draft, envelope: Envelope): Promise<boolean> {
  const row = await findByPayload(draft.sql, sha256(envelope.payload));
  if (row) await placeOwnMessage(core, draft, row, envelope);
  return row !== undefined;
}

/** A device that is stuck reads what is left of its epoch. */
async function receiveOther(
  core: Core,
  draft: Draft,
  envelope: Envelope,
  options: ReceiveOptions,
): Promise<Received['stopped']> {
  if (draft.record.state !== 'stuck') return receiveByKind(core, draft, envelope, options);
  const isMessage = envelope.kind === 'APPLICATION';
  const isOwn = await isOwnCall(draft.sql, draft.record.id, envelope.payload);
  if (isMessage && !isOwn) await receiveMessage(core, draft, envelope);
  return undefined;
}

async function receiveByKind(
  core: Core,
  draft: Draft,
  envelope: Envelope,
  options: ReceiveOptions,
): Promise<Received['stopped']> {
  switch (envelope.kind) {
    case 'APPLICATION':
      await receiveMessage(core, draft, envelope);
      return undefined;
    case 'PROPOSAL': {
      const judged = await receiveProposal(core, draft, envelope, options.directoryIsNew);
      return judged === 'unknown' ? 'directory' : undefined;
    }
    case 'COMMIT': {
      const judged = await receiveCommit(core, draft, envelope, options.directoryIsNew);
      if (judged === 'unknown') return 'directory';
      return judged === 'refused' ? 'ended' : undefined;
    }
  }
}

/** The server said that it took a message at a place, and gives something else there now. */
async function explainMisplaced(core: Core, draft: Draft): Promise<void> {
  for (const { number } of await misplacedRows(draft)) {
    const message = 'The server took this message, and does not give it out again.';
    await markRefused(draft.sql, number, { code: 'MESSAGE_GAP', message });
    const place = { seq: draft.record.cursor, acceptedAt: core.timer.now().toISOString() };
    const text = 'A message of this device is missing in the order that the server gives.';
    await notice(core, draft, place, 'MESSAGE_GAP', text, { what: 'ownMissing' });
  }
}

async function dueReceipt({ sql, record }: Draft): Promise<void> {
  const upsert = `INSERT INTO receipt VALUES (?, 'DELIVERED', ?, 0) ON CONFLICT DO UPDATE SET up_to = excluded.up_to`;
  await sql.run(upsert, [record.id, record.cursor]);
}

/** The server can't, or won't, give the envelopes before this one. Says so and goes on behind them. */
export async function passOver(core: Core, groupId: string, next: Envelope): Promise<void> {
  await core.groups.change(groupId, async (draft) => {
    const { record } = draft;
    const first = record.cursor + 1;
    const last = next.seq - 1;
    if (last < first) return;
    const places = first === last ? `Message ${String(first)} is` : `Messages ${String(first)} to ${String(last)} are`;
    const text = `${places} missing: the server does not give them out.`;
    await notice(core, draft, next, 'MESSAGE_GAP', text, { what: 'withheld', count: last - first + 1 });
    record.cursor = last;
    record.firstSeq = next.seq; // the chain of heads starts anew here
    record.head = undefined;
  });
}
