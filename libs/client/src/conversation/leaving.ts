import { SendEnvelopesDocument } from '#contracts';
import { randomBytes, toBase64 } from '#primitives';

import type { Core } from '../core.js';
import { fromRefusal } from '../errors.js';
import { loadSetting, removeSetting, saveSetting } from '../profile.js';
import { isAskedToLeave } from './groups.js';
import { loadConversation, requireActive } from './record.js';
import type { GroupSync } from './sync.js';

/** A proposal to be removed, until the server has surely taken it. */
interface Departure {
  readonly payload: string;
  readonly idempotencyKey: string;
}

const MAX_ROUNDS = 20;

/**
 * Leaves a conversation: this device proposes its own removal, which another member commits; nobody can commit their own.
 * Callers hold the conversation's mutex.
 */
export class Leaving {
  constructor(
    private readonly core: Core,
    private readonly sync: GroupSync,
  ) {}

  async leave(groupId: string): Promise<void> {
    await this.sync.catchUp(groupId);
    await this.core.groups.change(groupId, ({ record, group }) => {
      requireActive(record);
      // who cannot follow into a new group asks nobody there to be removed: whoever writes next sees a member that does not answer
      const isAlone = group.members.length === 1 || record.movingTo !== undefined;
      record.state = isAlone ? 'left' : 'leaving';
      record.movingTo = undefined;
      return Promise.resolve();
    });
    await this.pursue(groupId);
  }

  /** Proposes the removal, again where a commit has passed over the proposal. */
  async pursue(groupId: string): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const departure = (await this.pending(groupId)) ?? (await this.propose(groupId));
      if (!departure) return;
      const answer = await this.send(groupId, departure);
      if (answer === 'later') return;
      await this.core.store.transaction((sql) => removeSetting(sql, keyOf(groupId)));
      await this.sync.catchUp(groupId);
      if (answer === 'taken') return;
    }
  }

  private async pending(groupId: string): Promise<Departure | undefined> {
    return (await this.core.store.read((sql) => loadSetting(sql, keyOf(groupId)))) as Departure | undefined;
  }

  /** Undefined when there is nothing to propose: not leaving, or proposed in this epoch already. */
  private async propose(groupId: string): Promise<Departure | undefined> {
    const { state } = await this.core.store.read((sql) => loadConversation(sql, groupId));
    if (state !== 'leaving') return undefined;
    return this.core.groups.change(groupId, async ({ sql, group }) => {
      if (isAskedToLeave(group, group.ownLeaf)) return undefined;
      const departure = { payload: toBase64(group.proposeSelfRemove()), idempotencyKey: toBase64(randomBytes(16)) };
      await saveSetting(sql, keyOf(groupId), departure);
      return departure;
    });
  }

  /** `stale` when the epoch has changed meanwhile; `later` while somebody else has to be removed first. */
  private async send(groupId: string, departure: Departure): Promise<'taken' | 'stale' | 'later'> {
    const { sendEnvelopes } = await this.core.session.execute(SendEnvelopesDocument, {
      envelopes: [{ groupId, ...departure }],
    });
    const [result] = sendEnvelopes;
    if (result?.__typename !== 'Refusal') return 'taken';
    if (result.code === 'STALE_EPOCH' || result.code === 'ENVELOPE_INVALID') return 'stale';
    if (result.code === 'REMOVAL_DUE') return 'later';
    throw fromRefusal(result);
  }
}

function keyOf(groupId: string): string {
  return `departure:${groupId}`;
}
