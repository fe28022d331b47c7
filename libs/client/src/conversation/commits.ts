import { ClaimKeyPackagesDocument, SubmitCommitDocument } from '#contracts';
import type { SubmitCommitMutation } from '#contracts';
import type { LeafIndex } from '#mls';
import { fromBase64, toBase64 } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError, fromRefusal } from '../errors.js';
import { objectionTo } from './admission.js';
import { isAskedToLeave } from './groups.js';
import type { Draft } from './groups.js';
import { abandonPendingCommit, loadPendingCommit, savePendingCommit } from './pendingCommit.js';
import type { PendingCommit } from './pendingCommit.js';
import { receive } from './receive.js';
import { loadConversation, requireActive } from './record.js';
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

const NOTHING: CommitPlan = { add: [], remove: [] };

/** Makes, submits and settles commits. Callers hold the conversation's mutex. */
export class Commits {
  /** What each conversation looked like when it was last found ready to be sent to. */
  private readonly settled = new Map<string, string>();

  constructor(
    private readonly core: Core,
    private readonly sync: GroupSync,
  ) {}

  /**
   * Makes a conversation ready to be sent to: caught up, no commit of one's own in doubt, nobody in it who may not read it,
   * no proposal left over.
   */
  async settle(groupId: string): Promise<void> {
    await this.core.directory.ensureFresh(this.core.session);
    await this.sync.ensureFresh(groupId);
    if (this.settled.get(groupId) === (await this.situation(groupId))) return;
    await this.run(groupId, () => NOTHING);
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
    const minute = Math.floor(this.core.timer.now().getTime() / 60_000);
    return [this.core.directory.current.head, epoch, proposals, state, isInDoubt, minute].join(' ');
  }

  /**
   * Commits until the plan asks for nothing more. The plan is asked again after a lost race, on the newest state.
   * Devices that may not be members any more go out with the same commit.
   */
  async run(groupId: string, plan: (draft: Draft) => CommitPlan): Promise<void> {
    let refusals = 0;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      await this.resolvePending(groupId);
      const isMade = await this.core.groups.change(groupId, (draft) => this.make(draft, plan(draft)));
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

  /** KeyPackages of devices, one each. @throws ChanceryError NO_KEY_PACKAGE */
  async claim(deviceIds: readonly string[]): Promise<Map<string, Uint8Array>> {
    if (deviceIds.length === 0) return new Map();
    const { claimKeyPackages } = await this.core.session.execute(ClaimKeyPackagesDocument, {
      deviceIds: [...deviceIds],
    });
    return new Map(claimKeyPackages.map(({ deviceId, keyPackage }) => [deviceId, fromBase64(keyPackage)]));
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
    requireActive(draft.record);
    const unfit = this.unfitLeaves(draft);
    const leaving = new Set([...remove, ...unfit].filter((leaf) => !isAskedToLeave(draft.group, leaf)));
    if (add.length === 0 && leaving.size === 0 && draft.record.proposals === 0) return false;
    const { commit, welcome } = draft.group.commit({ add: [...add], remove: [...leaving] });
    await savePendingCommit(draft, commit, welcome);
    return true;
  }

  /** Members that were sound when they came in and are not now: revoked, or no longer cleared. */
  private unfitLeaves({ group, record }: Draft): LeafIndex[] {
    const { directory, policy, timer } = this.core;
    const now = timer.now();
    const unfit = group.members.filter((leaf) => objectionTo(leaf, record.label, directory.current, policy, now));
    return unfit.map(({ leafIndex }) => leafIndex).filter((leaf) => leaf !== group.ownLeaf);
  }

  /** Undefined when the commit was taken, or another one before it; the refusal otherwise. */
  private async submitPending(groupId: string): Promise<ChanceryError | undefined> {
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

  private async submit(groupId: string, { payload, welcome, idempotencyKey }: PendingCommit): Promise<CommitResult> {
    const input = {
      groupId,
      commit: toBase64(payload),
      welcome: welcome ? toBase64(welcome) : null,
      idempotencyKey: toBase64(idempotencyKey),
    };
    return (await this.core.session.execute(SubmitCommitDocument, { input })).submitCommit;
  }

  /** The commit has its place; where that is right behind the cursor it needs no fetching. */
  private async enter(groupId: string, { payload }: PendingCommit, seq: number): Promise<void> {
    const acceptedAt = this.core.timer.now().toISOString();
    const envelope = { groupId, seq, kind: 'COMMIT', payload, acceptedAt } as const;
    const { from, to } = await receive(this.core, groupId, [envelope], { directoryIsNew: true });
    await this.sync.announce(groupId, from, to);
    if (from === to) await this.sync.catchUp(groupId);
  }

  private pending(groupId: string): Promise<PendingCommit | undefined> {
    return this.core.store.read((sql) => loadPendingCommit(sql, groupId));
  }
}
