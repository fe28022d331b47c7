import { defaultSuite } from '#mls';
import type { LeafIndex } from '#mls';
import { canRead } from '#policy';
import type { Label } from '#policy';
import type { DeviceRecord, Directory } from '#transparency';

import type { Core } from '../core.js';
import { textOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import { changedIdentities } from '../verification/changedIdentities.js';
import { deviceIdOf } from './admission.js';
import type { PresentedLeaf } from './admission.js';
import type { Claimed, KeyPackageClaims } from './claims.js';
import type { Draft } from './groups.js';
import { loadConversation } from './record.js';

/** What a commit is to change, as libs/client/src/conversation/commits.ts takes it. */
interface Additions {
  readonly add: readonly Uint8Array[];
  readonly remove: readonly LeafIndex[];
}

/**
 * Devices that were enrolled after their person came into a conversation. They come in by themselves: the person's other devices add them as soon
 * as they hear of them, and any member at its next message where the person has no other device in the conversation.
 */
export class Newcomers {
  constructor(
    private readonly core: Core,
    private readonly claims: KeyPackageClaims,
  ) {}

  /** Whether another device of this person may be missing in a conversation. */
  async isDue(groupId: string): Promise<boolean> {
    if (this.ownDevices().length === 0) return false;
    return this.core.store.read(async (sql) => {
      const wanted = await this.answeredFor(sql, groupId);
      if (wanted.length === 0) return false;
      const row = await sql.get('SELECT own FROM conversation_device WHERE group_id = ?', [groupId]);
      const present = new Set(row ? textOf(row, 'own').split(' ') : []);
      const { suite } = await loadConversation(sql, groupId);
      return wanted.some(({ id }) => !present.has(id) && !this.claims.isAbsent(id, suite));
    });
  }

  /** Remembers which of this person's other devices are in the conversation. */
  async note(groupId: string): Promise<void> {
    await this.core.store.transaction(async (sql) => {
      const own = await this.answeredFor(sql, groupId);
      const present = presentDevices(await this.core.groups.members(sql, groupId));
      const there = own.flatMap(({ id }) => (present.has(id) ? [id] : [])).join(' ');
      await sql.run('INSERT OR REPLACE INTO conversation_device VALUES (?, ?)', [groupId, there]);
    });
  }

  /** Claims KeyPackages of those who are missing; the plan adds them unless somebody else has meanwhile. */
  async plan(groupId: string): Promise<(draft: Draft) => Additions> {
    const { suite } = await this.core.store.read((sql) => loadConversation(sql, groupId));
    const missing = await this.core.store.read((sql) => this.missing(sql, groupId));
    return planOf(await this.claims.available(missing, suite), suite);
  }

  /** Of this person's other devices, for a new conversation. */
  claimOwn(): Promise<Claimed> {
    return this.claims.available(this.ownDevices(), defaultSuite);
  }

  /** This person's other devices. */
  private ownDevices(): DeviceRecord[] {
    const { directory, profile } = this.core;
    return usableDevices(directory.current, profile.personId).filter(({ id }) => id !== profile.deviceId);
  }

  /**
   * Those of them that this device brings in: all of them in a conversation that it began, those that were enrolled after it in others. What
   * happened to older ones before it came in it can't know.
   */
  private async answeredFor(sql: Sql, groupId: string): Promise<DeviceRecord[]> {
    const { welcomeId } = await loadConversation(sql, groupId);
    const since = this.core.directory.current.device(this.core.profile.deviceId)?.seq ?? 0;
    const removed = await removedDevices(sql, groupId);
    return this.ownDevices().filter(({ id, seq }) => !removed.has(id) && (welcomeId === undefined || seq > since));
  }

  private async missing(sql: Sql, groupId: string): Promise<DeviceRecord[]> {
    const directory = this.core.directory.current;
    const { label } = await loadConversation(sql, groupId);
    const present = presentDevices(await this.core.groups.members(sql, groupId));
    const people = new Set([...present].flatMap((id) => directory.device(id)?.person ?? []));
    const alone = [...people, ...(await absentees(sql, groupId))].filter(
      (personId) => !usableDevices(directory, personId).some(({ id }) => present.has(id)),
    );
    const changed = await changedIdentities(sql, this.core);
    const removed = await removedDevices(sql, groupId);
    const others = [...new Set(alone)].filter((id) => !changed.has(id)).flatMap((id) => usableDevices(directory, id));
    const wanted = [...(await this.answeredFor(sql, groupId)), ...others];
    return wanted.filter(({ id, person }) => !present.has(id) && !removed.has(id) && this.mayRead(person, label));
  }

  private mayRead(personId: string, label: Label): boolean {
    const { directory, policy, timer } = this.core;
    const now = timer.now();
    return canRead(directory.current.clearanceOf(personId, now), label, policy, now);
  }
}

/** Adds those of the claimed devices that are not in the group yet; none to a group that has moved to another suite meanwhile. */
export function planOf(claimed: Claimed, suite: number): (draft: Draft) => Additions {
  return ({ group }) => {
    if (group.cipherSuite !== suite) return { add: [], remove: [] };
    const present = presentDevices(group.members);
    const add = [...claimed].flatMap(([deviceId, keyPackage]) => (present.has(deviceId) ? [] : [keyPackage]));
    return { add, remove: [] };
  };
}

/**
 * Notes whose only device went because it is revoked, and who is back. A device that was removed though it is sound was removed on purpose.
 */
export async function noteAbsentees(
  { directory }: Core,
  { sql, record, group }: Draft,
  { adds, removes }: { readonly adds: readonly PresentedLeaf[]; readonly removes: readonly PresentedLeaf[] },
): Promise<void> {
  const deviceOf = ({ identity }: PresentedLeaf) => directory.current.device(deviceIdOf(identity) ?? '');
  const there = new Set(group.members.map((leaf) => deviceOf(leaf)?.person));
  for (const leaf of removes) {
    const device = deviceOf(leaf);
    if (!device) continue;
    if (!device.revoked)
      await sql.run('INSERT OR IGNORE INTO conversation_removed VALUES (?, ?)', [record.id, device.id]);
    else if (!there.has(device.person))
      await sql.run('INSERT OR IGNORE INTO conversation_absentee VALUES (?, ?)', [record.id, device.person]);
  }
  for (const leaf of adds) {
    const back = [record.id, deviceOf(leaf)?.id ?? ''];
    await sql.run('DELETE FROM conversation_removed WHERE group_id = ? AND device_id = ?', back);
  }
  await forgetAbsentees(
    sql,
    record.id,
    adds.flatMap((leaf) => deviceOf(leaf)?.person ?? []),
  );
}

/** They are back, or somebody has removed them on purpose. */
export async function forgetAbsentees(sql: Sql, groupId: string, personIds: readonly string[]): Promise<void> {
  const forget = 'DELETE FROM conversation_absentee WHERE group_id = ? AND person_id = ?';
  for (const personId of personIds) await sql.run(forget, [groupId, personId]);
}

async function removedDevices(sql: Sql, groupId: string): Promise<ReadonlySet<string>> {
  const rows = await sql.all('SELECT device_id FROM conversation_removed WHERE group_id = ?', [groupId]);
  return new Set(rows.map((row) => textOf(row, 'device_id')));
}

async function absentees(sql: Sql, groupId: string): Promise<string[]> {
  const rows = await sql.all('SELECT person_id FROM conversation_absentee WHERE group_id = ?', [groupId]);
  return rows.map((row) => textOf(row, 'person_id'));
}

function presentDevices(leaves: readonly PresentedLeaf[]): Set<string> {
  return new Set(leaves.map(({ identity }) => deviceIdOf(identity) ?? ''));
}

/** None of a person who is revoked. */
function usableDevices(directory: Directory, personId: string): DeviceRecord[] {
  return directory.devicesOf(personId).filter(({ revoked }) => !revoked);
}
