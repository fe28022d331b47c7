import { SubmitCommitDocument } from '#contracts';
import type { SubmitCommitMutation } from '#contracts';
import type { LeafIndex } from '#mls';
import { toBase64 } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError, fromRefusal } from '../errors.js';
import { coveringCampaigns, isOverdue } from '../rotation/campaigns.js';
import { leafChanges } from '../rotation/leafChanges.js';
import { adoptLeaf, isRotationDue } from '../rotation/ownRotation.js';
import { deviceIdOf, objectionTo } from './admission.js';
import { renewedExtensions } from './externalSenders.js';
import { isAskedToLeave } from './groups.js';
import type { Newcomers } from './newcomers.js';
import type { Draft } from './groups.js';
import { abandonPendingCommit, loadPendingCommit, savePendingCommit } from './pendingCommit.js';
import type { PendingCommit } from './pendingCommit.js';
import { receive } from './receive.js';
import { loadConversation, requireOpen } from './record.js';
import type { GroupSync } from './sync.js';

/** Lost races, or refusals that a newer directory explains, after which something else must be wrong. */
const MAX_ATTEMPTS = 20;
const MAX_REFUSALS = 2;

type CommitResult = SubmitCommitMutation['submitCommit'];

/** What a commit is to change; `remove` are leaf indexes of the current epoch. */
export interface CommitPlan {
  /** MLSMessage(KeyPackage) of each device that comes in. */
  readonly add: readonly Uint8Array[];
  readonly remove: readonly LeafIndex[];
}

/** Makes, submits and settles commits. Callers hold the conversation's mutex. */
export class Commits {
  /** What each conversation looked like when it was last found ready to be sent to. */
  private readonly settled = new Map<string, string>();

  constructor(
    private readonly core: Core,
    private readonly sync: GroupSync,
    private readonly newcomers: Newcomers,
  ) {}

  /**
   * Makes a conversation ready to be sent to: caught up, no commit of one's own in doubt, nobody in it who may not read it,
   * no proposal left over, every device that belongs in it there.
   */
  async settle(groupId: string): Promise<void> {
    await this.core.directory.ensureFresh(this.core.session);
    await this.sync.ensureFresh(groupId);
    if (this.settled.get(groupId) === (await this.situation(groupId))) return;
    await this.run(groupId, await this.newcomers.plan(groupId));
    this.settled.set(groupId, await this.situation(groupId));
  }

  /** Whether `settle` would find nothing to do, and ask the server nothing. */
  async isSettled(groupId: string): Promise<boolean> {
    if (!this.core.directory.isFresh() || !this.sync.isFresh(groupId)) return false;
    return this.settled.get(groupId) === (await this.situation(groupId));
  }

  /** Everything on which it depends whether somebody has to go first. Clearances end with time: the minute is a part of it. */
  private async situation(groupId: string): Promise<string> {
    const { epoch, proposals, state } = await this.core.store.read((sql) => loadConversation(sql, groupId));
    const isInDoubt = (await this.pending(groupId)) !== undefined;
    const isDue = await this.isRotationDue(groupId);
    const minute = Math.floor(this.core.timer.now().getTime() / 60_000);
    return [this.core.directory.current.head, epoch, proposals, state, isInDoubt, isDue, minute].join(' ');
  }

  /** Whether a commit of this device is in doubt, or it should change its keys in the conversation. */
  async isUnfinished(groupId: string): Promise<boolean> {
    return (await this.pending(groupId)) !== undefined || this.isRotationDue(groupId);
  }

  /** Whether this device should change its keys in the conversation. */
  private isRotationDue(groupId: string): Promise<boolean> {
    return this.core.store.read(async (sql) => {
      const record = await loadConversation(sql, groupId);
      return record.state === 'active' && isRotationDue(this.core, sql, record);
    });
  }

  /**
   * Commits until the plan asks for nothing more. The plan is asked again after a lost race, on the newest state.
   * Devices that may not be members any more go out with the same commit.
   */
  async run(groupId: string, plan: (draft: Draft) => CommitPlan | Promise<CommitPlan>): Promise<void> {
    let refusals = 0;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      await this.resolvePending(groupId);
      const isMade = await this.core.groups.change(groupId, async (draft) => this.make(draft, await plan(draft)));
      if (!isMade) return;
      const refusal = await this.submitPending(groupId);
      if (!refusal) continue;
      refusals += 1;
      if (refusals >= MAX_REFUSALS) throw refusal;
      await this.core.directory.catchUp(this.core.session);
      await this.sync.catchUp(groupId);
    }
    throw new ChanceryError('CONFLICT', 'Others change the membership all the time; the change was not made.');
  }

  /** A commit that was made before a crash, or whose answer was lost. */
  private async resolvePending(groupId: string): Promise<void> {
    const pending = await this.pending(groupId);
    if (!pending) return;
    await this.sync.catchUp(groupId);
    if (await this.pending(groupId)) await this.submitPending(groupId);
  }

  /** Makes a commit and stores it with what the MLS state remembers of it. False when there is nothing to commit. */
  private async make(draft: Draft, { add, remove }: CommitPlan): Promise<boolean> {
    requireOpen(draft.record);
    if (isAskedToLeave(draft.group, draft.group.ownLeaf)) {
      throw new ChanceryError('REMOVAL_DUE', 'Another member has to remove this device from the conversation first.');
    }
    const unfit = await this.unfitLeaves(draft);
    const leaving = new Set([...remove, ...unfit].filter((leaf) => !isAskedToLeave(draft.group, leaf)));
    const { directory, timer } = this.core;
    const extensions = renewedExtensions(draft.group.extensions, directory.current, timer.now());
    await adoptLeaf(this.core, draft.sql, draft.record);
    const update = await isRotationDue(this.core, draft.sql, draft.record);
    const isChange = add.length > 0 || leaving.size > 0 || draft.record.proposals > 0;
    if (!isChange && !extensions && !update) return false;
    const changes = { add: [...add], remove: [...leaving], update, ...(extensions && { extensions }) };
    const { commit: payload, welcome } = draft.group.commit(changes);
    await savePendingCommit(draft, { payload, welcome, statement: directory.current.head });
    return true;
  }

  /** Members that were sound when they came in and are not now: revoked, no longer cleared, or late in a campaign. */
  private async unfitLeaves({ group, record, sql }: Draft): Promise<LeafIndex[]> {
    const { directory, policy, timer } = this.core;
    const now = timer.now();
    const campaigns = coveringCampaigns(directory.current, record.label, group.members);
    const changes = campaigns.length > 0 ? await leafChanges(sql, record.id) : new Map<string, number>();
    const unfit = group.members.filter(
      (leaf) =>
        objectionTo(leaf, record.label, directory.current, policy, now) ??
        isOverdue(changes.get(deviceIdOf(leaf.identity) ?? ''), campaigns, now),
    );
    return unfit.map(({ leafIndex }) => leafIndex).filter((leaf) => leaf !== group.ownLeaf);
  }

  /** Undefined when the commit was taken, or another one before it; the refusal otherwise. */
  async submitPending(groupId: string): Promise<ChanceryError | undefined> {
    const pending = await this.pending(groupId);
    if (!pending) return undefined;
    const result = await this.submit(groupId, pending);
    if (result.__typename === 'CommitAccepted') {
      await this.enter(groupId, pending, result.seq);
      return undefined;
    }
    await this.sync.catchUp(groupId);
    await this.core.groups.change(groupId, abandonPendingCommit);
    return result.__typename === 'Refusal' ? fromRefusal(result) : undefined;
  }

  private async submit(
    groupId: string,
    { payload, welcome, successor, idempotencyKey }: PendingCommit,
  ): Promise<CommitResult> {
    const input = {
      groupId,
      commit: toBase64(payload),
      welcome: welcome ? toBase64(welcome) : null,
      successor: successor ? toBase64(successor) : null,
      idempotencyKey: toBase64(idempotencyKey),
    };
    return (await this.core.session.execute(SubmitCommitDocument, { input })).submitCommit;
  }

  /** The commit has its place; where that is right behind the cursor it needs no fetching. */
  private async enter(groupId: string, { payload }: PendingCommit, seq: number): Promise<void> {
    const acceptedAt = this.core.timer.now().toISOString();
    const envelope = { groupId, seq, kind: 'COMMIT', payload, acceptedAt } as const;
    const { from, to, stopped } = await receive(this.core, groupId, [envelope], { directoryIsNew: true });
    await this.sync.announce(groupId, from, to);
    if (from === to || stopped === 'moved') await this.sync.catchUp(groupId);
  }

  private pending(groupId: string): Promise<PendingCommit | undefined> {
    return this.core.store.read((sql) => loadPendingCommit(sql, groupId));
  }
}
