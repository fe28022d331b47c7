import type { EnvelopeHeader } from '#contracts';

import type { Core } from '../core.js';
import { numberOf, textOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import type { NoticeSubject } from '../types.js';
import type { Place } from './envelope.js';
import type { Draft } from './groups.js';
import { notice } from './notices.js';

/** Missing messages of one device that are remembered, so that one that comes late is known from one that comes twice. */
const MAX_MISSING = 1000;
/** Behind the commit that brings in those with whom a conversation begins. */
const FIRST_PLACE_OF_FOUNDERS = 2;

export interface Sender {
  readonly deviceId: string;
  readonly personId: string | undefined;
  readonly name: string;
}

interface Counted {
  readonly next: number;
  readonly missing: readonly number[];
}

/**
 * Each device counts its messages to a group, from 0: a number that is left out is a message that is missing, and says so.
 * False for a number that was seen before.
 */
export async function checkCounter(
  core: Core,
  draft: Draft,
  place: Place,
  sender: Sender,
  { counter }: EnvelopeHeader,
): Promise<boolean> {
  const { sql, record } = draft;
  // a device that joins can't know what was before
  const { next, missing } = (await load(sql, record.id, sender.deviceId)) ?? { next: counter, missing: [] };
  if (counter < next) return takeLate(core, draft, place, sender, { next, missing }, counter);
  const skipped = Array.from({ length: Math.min(counter - next, MAX_MISSING) }, (_, index) => counter - 1 - index);
  await save(sql, record.id, sender.deviceId, {
    next: counter + 1,
    missing: [...skipped, ...missing].slice(0, MAX_MISSING),
  });
  const gap = counter - next;
  if (gap > 0) await notice(core, draft, place, 'MESSAGE_GAP', gapText(sender, gap), missingOf(sender, gap));
  return true;
}

/**
 * A device that joins sends its first message with counter 0; one that comes back goes on counting. Which of the two it is only those know who
 * have been there from the beginning; the others count from its first message on.
 */
export async function expectNewcomer({ sql, record }: Draft, deviceId: string): Promise<void> {
  if (record.firstSeq > FIRST_PLACE_OF_FOUNDERS) return;
  await sql.run("INSERT OR IGNORE INTO sender VALUES (?, ?, 0, '[]')", [record.id, deviceId]);
}

async function takeLate(
  core: Core,
  draft: Draft,
  place: Place,
  sender: Sender,
  { next, missing }: Counted,
  counter: number,
): Promise<boolean> {
  if (!missing.includes(counter)) {
    const text = `A message by ${sender.name} was given a second time; it is shown once.`;
    await notice(core, draft, place, 'ENVELOPE_INVALID', text, { what: 'twice', person: sender.name });
    return false;
  }
  const still = missing.filter((other) => other !== counter);
  await save(draft.sql, draft.record.id, sender.deviceId, { next, missing: still });
  const text = `A message by ${sender.name} comes late, out of its order.`;
  await notice(core, draft, place, 'ENVELOPE_INVALID', text, { what: 'late', person: sender.name });
  return true;
}

const missingOf = ({ name: person }: Sender, count: number): NoticeSubject => ({ what: 'missing', person, count });

function gapText({ name }: Sender, count: number): string {
  return count === 1
    ? `A message by ${name} is missing before this one.`
    : `${String(count)} messages by ${name} are missing before this one.`;
}

async function load(sql: Sql, groupId: string, deviceId: string): Promise<Counted | undefined> {
  const query = 'SELECT next_counter, missing FROM sender WHERE group_id = ? AND device_id = ?';
  const row = await sql.get(query, [groupId, deviceId]);
  return row && { next: numberOf(row, 'next_counter'), missing: JSON.parse(textOf(row, 'missing')) as number[] };
}

async function save(sql: Sql, groupId: string, deviceId: string, { next, missing }: Counted): Promise<void> {
  await sql.run('INSERT OR REPLACE INTO sender VALUES (?, ?, ?, ?)', [
    groupId,
    deviceId,
    next,
    JSON.stringify(missing),
  ]);
}
