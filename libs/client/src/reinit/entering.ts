import { welcomeRecipients, Group, MlsError } from '#mls';
import { fromBase64 } from '#primitives';

import { saveChanges } from '../conversation/groups.js';
import { cannotJoin, confirmWelcomes, pendingWelcomes, refuseForgedMembers } from '../conversation/join.js';
import type { PendingWelcome } from '../conversation/join.js';
import { loadConversation, saveConversation } from '../conversation/record.js';
import type { ConversationRecord } from '../conversation/record.js';
import type { Core } from '../core.js';
import { findKeyPackage, useUp } from '../keyPackages.js';
import type { Sql } from '../ports/store.js';
import type { Problem } from '../types.js';
import { hasFounded, installFounded } from './founded.js';

/**
 * Goes from a group that was closed to its successor: the one that this device has made, or one that a Welcome leads to. The Welcome is held
 * against the closed group (RFC 9420 section 11.2): id, suite, extensions, members, and a key that only its members have.
 * Callers hold the conversation's mutex.
 * @returns false while there is no way in; true where there is nothing to do
 */
export async function enterSuccessor(core: Core, groupId: string): Promise<boolean> {
  const { movingTo } = await core.store.read((sql) => loadConversation(sql, groupId));
  if (movingTo === undefined) return true;
  try {
    return (await enterOwn(core, groupId, movingTo)) || (await enterByWelcome(core, groupId));
  } finally {
    core.groups.forget(groupId); // the vault holds another group than memory does
  }
}

function enterOwn({ store }: Core, groupId: string, movingTo: string): Promise<boolean> {
  return store.transaction(async (sql) => {
    if (!(await hasFounded(sql, movingTo))) return false;
    await installFounded(sql, groupId, movingTo);
    await saveConversation(sql, { ...(await loadConversation(sql, groupId)), movingTo: undefined });
    return true;
  });
}

async function enterByWelcome(core: Core, groupId: string): Promise<boolean> {
  const waiting = (await pendingWelcomes(core)).filter((welcome) => welcome.groupId === groupId);
  let problem: Problem | undefined;
  for (const welcome of waiting) {
    problem = await take(core, welcome);
    if (problem) continue;
    await confirmWelcomes(core, [welcome]);
    return true;
  }
  if (problem) await tell(core, groupId, problem);
  return false;
}

/** Undefined when this device is in the successor. */
async function take(core: Core, welcome: PendingWelcome): Promise<Problem | undefined> {
  try {
    return await core.store.transaction((sql) => takeWithin(core, sql, welcome));
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    return cannotJoin(`the Welcome to its new group does not verify (${error.code})`);
  }
}

async function takeWithin(
  core: Core,
  sql: Sql,
  { id, groupId, welcome }: PendingWelcome,
): Promise<Problem | undefined> {
  const bytes = fromBase64(welcome);
  const own = await findKeyPackage(sql, welcomeRecipients(bytes));
  if (!own) return cannotJoin('the Welcome to its new group is for a KeyPackage that this vault does not hold');
  const { keyPackage, secrets: keyPackageSecrets } = own.found;
  const from = await core.groups.look(sql, groupId, (closed) => closed);
  const group = Group.join({ welcome: bytes, keyPackage, keyPackageSecrets, signatureKeyPair: core.deviceKey, from });
  const record: ConversationRecord = { ...(await loadConversation(sql, groupId)), movingTo: undefined, enteredBy: id };
  if (record.problem?.code === 'GROUP_INVALID') record.problem = undefined;
  refuseForgedMembers(core, group, record);
  await sql.run('DELETE FROM group_record WHERE group_id = ?', [groupId]);
  await saveChanges(sql, groupId, group.takeChanges());
  await saveConversation(sql, record);
  await useUp(sql, own.ref);
  return undefined;
}

/** Once: the conversation shows it from then on. */
async function tell(core: Core, groupId: string, problem: Problem): Promise<void> {
  const isNew = await core.store.transaction(async (sql) => {
    const record = await loadConversation(sql, groupId);
    if (record.problem?.message === problem.message) return false;
    await saveConversation(sql, { ...record, problem });
    return true;
  });
  if (isNew) core.emit({ type: 'problem', conversationId: groupId, problem });
}
