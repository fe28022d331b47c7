import { Group } from '#mls';
import type { LeafIndex, Member, RecordChanges } from '#mls';
import type { SigningKeyPair } from '#primitives';

import { ChanceryError } from '../errors.js';
import { bytesOf, textOf } from '../ports/store.js';
import type { Sql, Store } from '../ports/store.js';
import { forgetFounded } from '../reinit/founded.js';
import { loadConversation, saveConversation } from './record.js';
import type { ConversationRecord } from './record.js';

/** MLS states that stay in memory; others are restored from the vault when they are needed. */
const KEPT_GROUPS = 32;

/** One conversation inside one transaction: everything that is changed here is stored together, or not at all. */
export interface Draft {
  readonly sql: Sql;
  readonly record: ConversationRecord;
  readonly group: Group;
}

/** The MLS states of this device: in memory while in use, in the vault always. */
export class Groups {
  private readonly kept = new Map<string, Group>();
  /** Caught up in this run of the program: no older copy of the vault, so that they may encrypt. */
  private readonly newest = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly deviceKey: SigningKeyPair,
  ) {}

  /**
   * Runs `work` on a conversation and its MLS state in one transaction. When it fails, the state in memory is thrown away: the one in the
   * vault is the truth. Callers hold the conversation's mutex.
   */
  async change<Result>(id: string, work: (draft: Draft) => Promise<Result>): Promise<Result> {
    try {
      return await this.store.transaction(async (sql) => {
        const draft = { sql, record: await loadConversation(sql, id), group: await this.load(sql, id) };
        const result = await work(draft);
        if (draft.record.state === 'left') await this.wipe(sql, id);
        else await saveChanges(sql, id, draft.group.takeChanges());
        await saveConversation(sql, draft.record);
        return result;
      });
    } catch (error) {
      this.kept.delete(id);
      throw error;
    }
  }

  /**
   * Everything that the server holds of this group was processed in this run of the program: its state may encrypt. From
   * then on this process alone writes it, since the vault is locked.
   */
  confirmNewest(id: string): void {
    this.newest.add(id);
    this.kept.get(id)?.confirmNewest();
  }

  /** The vault holds another state than memory does. */
  forget(id: string): void {
    this.kept.delete(id);
  }

  /** The members of a group; none where this device is not one of them. */
  async members(sql: Sql, id: string): Promise<readonly Member[]> {
    const query = 'SELECT 1 AS found FROM group_record WHERE group_id = ? LIMIT 1';
    return (await sql.get(query, [id])) ? (await this.load(sql, id)).members : [];
  }

  /** Reads a group's MLS state; `work` changes nothing. */
  async look<Result>(sql: Sql, id: string, work: (group: Group) => Result): Promise<Result> {
    return work(await this.load(sql, id));
  }

  private async restore(sql: Sql, id: string): Promise<Group> {
    const group = Group.restore(await recordsOf(sql, id), this.deviceKey);
    if (this.newest.has(id)) group.confirmNewest();
    return group;
  }

  /** Nothing of a group stays with a device that is no member any more. */
  private async wipe(sql: Sql, id: string): Promise<void> {
    await sql.run('DELETE FROM group_record WHERE group_id = ?', [id]);
    await sql.run('DELETE FROM pending_commit WHERE group_id = ?', [id]);
    await forgetFounded(sql, id);
    this.kept.delete(id);
  }

  private async load(sql: Sql, id: string): Promise<Group> {
    const group = this.kept.get(id) ?? (await this.restore(sql, id));
    this.keep(id, group);
    return group;
  }

  private keep(id: string, group: Group): void {
    this.kept.delete(id);
    this.kept.set(id, group); // newest last
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT_GROUPS && oldest !== undefined) this.kept.delete(oldest);
  }
}

export async function saveChanges(sql: Sql, id: string, { put, remove }: RecordChanges): Promise<void> {
  for (const key of remove) await sql.run('DELETE FROM group_record WHERE group_id = ? AND key = ?', [id, key]);
  for (const [key, value] of put)
    await sql.run('INSERT OR REPLACE INTO group_record VALUES (?, ?, ?)', [id, key, value]);
}

/** The stored state of a group. @throws ChanceryError NOT_A_MEMBER where there is none */
export async function recordsOf(sql: Sql, id: string): Promise<Map<string, Uint8Array>> {
  const rows = await sql.all('SELECT key, value FROM group_record WHERE group_id = ?', [id]);
  if (rows.length === 0) throw new ChanceryError('NOT_A_MEMBER', 'This device is no member of the conversation.');
  return new Map(rows.map((row) => [textOf(row, 'key'), bytesOf(row, 'value')]));
}

/** Whether a proposal to remove this leaf waits for a commit. */
export function isAskedToLeave(group: Group, leaf: LeafIndex): boolean {
  return group.proposals.some(({ proposal }) => proposal.kind === 'remove' && proposal.removed === leaf);
}
