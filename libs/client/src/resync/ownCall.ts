import { encodeEnvelopeHeader } from '#contracts';
import type { MlsError } from '#mls';
import { randomBytes, toBase64 } from '#primitives';

import { firstHead } from '../conversation/chain.js';
import { encodeContent } from '../conversation/content.js';
import type { Place } from '../conversation/envelope.js';
import type { Draft } from '../conversation/groups.js';
import { notice } from '../conversation/notices.js';
import type { Core } from '../core.js';
import { newUuid } from '../identifiers.js';
import type { Sql } from '../ports/store.js';
import { loadSetting, removeSetting, saveSetting } from '../profile.js';

/** This device's word that it can't follow, on its way: the same bytes at each attempt. */
interface OwnCall {
  readonly payload: string;
  readonly idempotencyKey: string;
  /** The server has it, or will never take it. */
  readonly isSettled: boolean;
}

/**
 * Rules that a member alone can check, since they need its secrets: what its part of the path opens to, and what comes of that. The server,
 * which checked all the others, can't have known.
 */
const PRIVATE_RULES: readonly (string | undefined)[] = ['valn120406', 'valn060106'];

/** Whether a commit by a member is one that others may have been able to process. */
export function isUnprocessable({ code, rule }: MlsError): boolean {
  return code === 'DECRYPTION_FAILED' || PRIVATE_RULES.includes(rule);
}

/** From here on this device reads what is left of its epoch, sends nothing, and asks the others to bring it back. */
export async function getStuck(core: Core, draft: Draft, place: Place, { code }: MlsError): Promise<void> {
  const text = `A change of the membership at place ${String(place.seq)} can't be processed by this device (${code}); it asks the others to bring it back. What you write waits.`;
  await notice(core, draft, place, 'RESYNC_NEEDED', text, { what: 'stuck', place: place.seq });
  draft.record.state = 'stuck';
  draft.record.problem = { code: 'RESYNC_NEEDED', message: text };
}

/** Writes the call, in the epoch that this device stands in, unless it is written already. */
export async function prepareCall({ timer }: Core, { sql, record, group }: Draft): Promise<OwnCall> {
  const known = await loadCall(sql, record.id);
  if (known) return known;
  const now = timer.now();
  const content = encodeContent({ id: newUuid(now), kind: 'resync', text: '', at: now.getTime() });
  const { labelText: label, nextCounter: counter } = record;
  const seen = record.head ? { seq: record.cursor, head: record.head } : { seq: 0, head: firstHead(record.id) };
  const payload = group.encrypt(content, encodeEnvelopeHeader({ label, precedence: 'ROUTINE', counter, ...seen }));
  record.nextCounter += 1;
  const call = { payload: toBase64(payload), idempotencyKey: toBase64(randomBytes(16)), isSettled: false };
  await saveSetting(sql, keyOf(record.id), call);
  return call;
}

async function loadCall(sql: Sql, groupId: string): Promise<OwnCall | undefined> {
  return (await loadSetting(sql, keyOf(groupId))) as OwnCall | undefined;
}

export async function settleCall(sql: Sql, groupId: string, call: OwnCall): Promise<void> {
  await saveSetting(sql, keyOf(groupId), { ...call, isSettled: true });
}

export async function forgetCall(sql: Sql, groupId: string): Promise<void> {
  await removeSetting(sql, keyOf(groupId));
}

/** Whether these bytes are this device's own call: nobody can decrypt their own. */
export async function isOwnCall(sql: Sql, groupId: string, payload: Uint8Array): Promise<boolean> {
  return (await loadCall(sql, groupId))?.payload === toBase64(payload);
}

const keyOf = (groupId: string): string => `call:${groupId}`;
