import { CreateGroupDocument } from '#contracts';
import { extensionTypes, Group } from '#mls';
import { canonicalLabel, canRead, validateLabel } from '#policy';
import type { Label } from '#policy';
import { fromHex, randomBytes, toBase64, utf8 } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError, fromRefusal } from '../errors.js';
import { newGroupId } from '../identifiers.js';
import { textOf } from '../ports/store.js';
import { removeSetting, saveSetting } from '../profile.js';
import { noteLeaf } from '../rotation/leafChanges.js';
import { firstHead } from './chain.js';
import { externalSenders } from './externalSenders.js';
import { saveChanges } from './groups.js';
import { newRecord, saveConversation } from './record.js';

/** A conversation that the server may not know of yet. Stored until it does and everybody has been added. */
export interface Creation {
  readonly groupId: string;
  /** base64 of MLSMessage(GroupInfo). */
  readonly groupInfo: string;
  readonly idempotencyKey: string;
  readonly personIds: readonly string[];
}

const PREFIX = 'creation:';

/** @throws ChanceryError LABEL_UNKNOWN, CLEARANCE_TOO_LOW */
export function requireUsableLabel({ policy, directory, profile, timer }: Core, label: Label): void {
  const [problem] = validateLabel(label, policy);
  if (problem)
    throw new ChanceryError('LABEL_UNKNOWN', `The label ${problem.message}.`, { field: `label.${problem.field}` });
  const now = timer.now();
  if (canRead(directory.current.clearanceOf(profile.personId, now), label, policy, now)) return;
  throw new ChanceryError('CLEARANCE_TOO_LOW', 'Your own clearance does not cover this label.', { field: 'label' });
}

/** Makes the group, with this device as its only member, and stores it with what is still to be done. */
export async function prepareCreation(
  core: Core,
  name: string,
  label: Label,
  personIds: readonly string[],
): Promise<Creation> {
  const { store, profile, deviceKey } = core;
  const groupId = newGroupId();
  const labelText = canonicalLabel(label);
  const group = Group.create({
    groupId: fromHex(groupId),
    identity: utf8(profile.deviceId),
    signatureKeyPair: deviceKey,
    extensions: new Map([
      [extensionTypes.chanceryLabel, utf8(labelText)],
      ...externalSenders(core.directory.current, core.timer.now()),
    ]),
  });
  const creation: Creation = {
    groupId,
    groupInfo: toBase64(group.groupInfo()),
    idempotencyKey: toBase64(randomBytes(16)),
    personIds,
  };
  await store.transaction(async (sql) => {
    const { epoch, cipherSuite: suite } = group;
    await saveConversation(sql, newRecord({ id: groupId, name, label, epoch, suite, head: firstHead(groupId) }));
    await noteLeaf(sql, groupId, profile.deviceId, {
      at: core.timer.now().getTime(),
      counter: 0,
      statement: core.directory.current.head,
    });
    await saveChanges(sql, groupId, group.takeChanges());
    await saveSetting(sql, PREFIX + groupId, creation);
  });
  return creation;
}

/** Tells the server; a retry is the same creation. @throws ChanceryError GROUP_INVALID, CLEARANCE_TOO_LOW … */
export async function announceCreation({ session }: Core, { groupInfo, idempotencyKey }: Creation): Promise<void> {
  const { createGroup } = await session.execute(CreateGroupDocument, { input: { groupInfo, idempotencyKey } });
  if (createGroup.__typename === 'Refusal') throw fromRefusal(createGroup);
}

export async function finishCreation({ store }: Core, { groupId }: Creation): Promise<void> {
  await store.transaction((sql) => removeSetting(sql, PREFIX + groupId));
}

/** The server refused it: nothing of it stays. */
export async function abandonCreation({ store, groups }: Core, { groupId }: Creation): Promise<void> {
  await store.transaction(async (sql) => {
    await removeSetting(sql, PREFIX + groupId);
    for (const table of ['group_record', 'outbox', 'message', 'receipt']) {
      await sql.run(`DELETE FROM ${table} WHERE group_id = ?`, [groupId]);
    }
    await sql.run('DELETE FROM conversation WHERE id = ?', [groupId]);
  });
  groups.forget(groupId);
}

/** Creations that a crash, or a lost connection, has cut short. */
export async function unfinishedCreations({ store }: Core): Promise<Creation[]> {
  const rows = await store.read((sql) => sql.all(`SELECT value FROM setting WHERE key LIKE '${PREFIX}%'`));
  return rows.map((row) => JSON.parse(textOf(row, 'value')) as Creation);
}
