import type { Core } from '../core.js';
import type { Sql } from '../ports/store.js';
import { hasCalls } from '../resync/calls.js';
import { isRotationDue } from '../rotation/ownRotation.js';
import { objectionTo } from './admission.js';
import { isAskedToLeave } from './groups.js';
import { hasWaiting } from './outboxRows.js';
import { loadConversation } from './record.js';
import type { ConversationRecord } from './record.js';

/** What a member leaves to each one before it for a commit that all of them could make. */
const TURN_MS = 500;
/** Nobody waits for more members than these. */
const MOST_BEFORE = 20;

/**
 * Who commits proposals that everybody has heard of at the same moment: each device leaves the members before it some time, so
 * that one commits and the others need not make commits in vain. Whoever has something to send does not wait.
 */
export class CommitTurns {
  /** Epoch in which this device has waited for its turn, by conversation. */
  private readonly waited = new Map<string, number>();

  constructor(private readonly core: Core) {}

  /** Milliseconds until it is this device's turn; 0 if it is, or if nothing is to be committed. */
  wait(groupId: string): Promise<number> {
    return this.core.store.read(async (sql) => {
      const record = await loadConversation(sql, groupId);
      const { state, proposals, epoch } = record;
      if (state !== 'active' || this.waited.get(groupId) === epoch) return 0;
      if (proposals === 0 && !(await hasCalls(sql, groupId))) return 0;
      if ((await hasWaiting(sql, groupId)) || (await isRotationDue(this.core, sql, record))) return 0;
      this.waited.set(groupId, epoch);
      return TURN_MS * Math.min(await this.before(sql, record), MOST_BEFORE);
    });
  }

  /** How many members that stay stand before this device. */
  private before(sql: Sql, { id, label }: ConversationRecord): Promise<number> {
    const { directory, policy, timer } = this.core;
    const now = timer.now();
    return this.core.groups.look(sql, id, (group) => {
      const staying = group.members.filter(
        (leaf) => !isAskedToLeave(group, leaf.leafIndex) && !objectionTo(leaf, label, directory.current, policy, now),
      );
      return staying.filter(({ leafIndex }) => leafIndex < group.ownLeaf).length;
    });
  }
}
