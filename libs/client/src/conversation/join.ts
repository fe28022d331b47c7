import { ConfirmWelcomesDocument, conversationOf, WelcomesDocument } from '#contracts';
import type { WelcomesQuery } from '#contracts';
import { extensionTypes, Group, MlsError, welcomeRecipients } from '#mls';
import { parseLabel } from '#policy';
import { fromBase64, fromUtf8 } from '#primitives';

import type { Core } from '../core.js';
import { findKeyPackage, useUp } from '../keyPackages.js';
import type { Sql } from '../ports/store.js';
import { forgetCall } from '../resync/ownCall.js';
import { noteLeaf } from '../rotation/leafChanges.js';
import type { Problem } from '../types.js';
import { isForged, objectionTo } from './admission.js';
import { saveChanges } from './groups.js';
import { findConversation, newRecord, saveConversation } from './record.js';
import type { ConversationRecord } from './record.js';

export type PendingWelcome = WelcomesQuery['welcomes'][number];

const PAGE = 50;
/** What belongs to the stay in a group that a new one takes the place of. */
const GROUP_TABLES = [
  'group_record',
  'log_entry',
  'sender',
  'pending_commit',
  'freshness',
  'stand',
  'resync_call',
  'epoch_place',
  'epoch_newcomer',
] as const;

/** Welcomes that wait for this device. */
export async function pendingWelcomes({ session }: Core): Promise<readonly PendingWelcome[]> {
  const { welcomes } = await session.execute(WelcomesDocument, { first: PAGE });
  return welcomes;
}

/** The server need not keep them any longer. */
export async function confirmWelcomes({ session }: Core, welcomes: readonly PendingWelcome[]): Promise<void> {
  if (welcomes.length > 0) await session.execute(ConfirmWelcomesDocument, { ids: welcomes.map(({ id }) => id) });
}

/** Whether a Welcome was taken before a crash kept it from being confirmed. */
export async function isJoined({ store }: Core, { id, groupId }: PendingWelcome): Promise<boolean> {
  const known = await store.read((sql) => findConversation(sql, groupId));
  return known !== undefined && (known.welcomeId === id || known.enteredBy === id);
}

/**
 * Joins by a Welcome: group state, conversation and the end of the KeyPackage in one transaction. The directory has to be the newest.
 * Returns what stands in the way, if something does; the Welcome then waits.
 */
export async function join(core: Core, welcome: PendingWelcome): Promise<Problem | undefined> {
  const bytes = fromBase64(welcome.welcome);
  try {
    return await core.store.transaction((sql) => joinWithin(core, sql, welcome, bytes));
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    return cannotJoin(`the Welcome does not verify (${error.code})`);
  } finally {
    core.groups.forget(welcome.groupId);
  }
}

async function joinWithin(
  core: Core,
  sql: Sql,
  welcome: PendingWelcome,
  bytes: Uint8Array,
): Promise<Problem | undefined> {
  const own = await findKeyPackage(sql, welcomeRecipients(bytes));
  if (!own) return cannotJoin('the Welcome is for a KeyPackage that this vault does not hold');
  const { keyPackage, secrets: keyPackageSecrets } = own.found;
  const known = await findConversation(sql, welcome.groupId);
  const group = Group.join({
    welcome: bytes,
    keyPackage,
    keyPackageSecrets,
    signatureKeyPair: core.deviceKey,
    isMemberOf: (groupId) => known !== undefined && conversationOf(groupId) === known.id && isTakingPart(known),
  });
  if (conversationOf(group.groupId) !== welcome.groupId) return cannotJoin('the Welcome is for another conversation');
  const record = recordOf(group, welcome, known);
  if (!record) return cannotJoin('the conversation has no readable label');
  refuseForgedMembers(core, group, record);
  for (const table of GROUP_TABLES) {
    await sql.run(`DELETE FROM ${table} WHERE group_id = ?`, [record.id]);
  }
  await forgetCall(sql, record.id);
  await noteLeaf(sql, record.id, core.profile.deviceId, {
    at: core.timer.now().getTime(),
    counter: record.nextCounter,
    statement: core.directory.current.head,
  });
  await saveChanges(sql, record.id, group.takeChanges());
  await saveConversation(sql, record);
  await useUp(sql, own.ref);
  return undefined;
}

/** A Welcome to a conversation in which this device is already would put another group in its place. */
const isTakingPart = ({ state }: ConversationRecord): boolean => state === 'active' || state === 'leaving';

/** A device that comes back goes on in the conversation that it knows; its own counter goes on too. */
function recordOf(
  group: Group,
  { id, groupId, nextSeq }: PendingWelcome,
  known: ConversationRecord | undefined,
): ConversationRecord | undefined {
  const extension = group.extension(extensionTypes.chanceryLabel);
  const labelText = extension && fromUtf8(extension);
  const label = labelText === undefined ? undefined : parseLabel(labelText);
  if (!label || labelText === undefined) return undefined;
  return newRecord({
    id: groupId,
    name: known?.name ?? '',
    namedAt: known?.namedAt ?? 0,
    label,
    epoch: group.epoch,
    suite: group.cipherSuite,
    cursor: nextSeq - 1,
    firstSeq: nextSeq,
    nextCounter: known?.nextCounter ?? 0,
    readUpTo: known?.readUpTo ?? nextSeq - 1,
    welcomeId: id,
  });
}

/** Freezes a conversation whose group holds somebody who never may have been in it. */
export function refuseForgedMembers(
  { directory, policy, timer }: Core,
  group: Group,
  record: ConversationRecord,
): void {
  const now = timer.now();
  const objections = group.members.flatMap(
    (leaf) => objectionTo(leaf, record.label, directory.current, policy, now) ?? [],
  );
  const forged = objections.find(isForged);
  if (!forged) return;
  record.state = 'frozen';
  record.problem = { code: 'CONVERSATION_FROZEN', message: `This conversation holds ${forged.words}.` };
}

/** Why a Welcome is not taken. */
export function cannotJoin(reason: string): Problem {
  return { code: 'GROUP_INVALID', message: `A conversation can't be joined: ${reason}.` };
}
