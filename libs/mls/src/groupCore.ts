import { sha256, toHex, wipe } from '#primitives';
import type { Signer } from '#primitives';

import type { CommitSummary } from './commitSummary.js';
import { EpochStore } from './epochStore.js';
import { MlsError } from './errors.js';
import type { AuthenticatedContent } from './framing.js';
import { sameBytes } from './keySet.js';
import { wipeNext, wipeState } from './memberState.js';
import type { MemberState, NextEpoch } from './memberState.js';
import type { UpdateKeys } from './memberTransition.js';
import { ProposalStore } from './proposalStore.js';
import type { StoredProposal } from './proposalStore.js';
import { RecordLog } from './recordLog.js';
import { restoring } from './restoring.js';
import { ResumptionStore } from './resumptionStore.js';
import {
  loadAside,
  loadPending,
  loadProposals,
  loadState,
  loadUpdateKeys,
  putAside,
  putPending,
  putProposal,
  putState,
  putUpdateKey,
  removeAside,
  removeProposal,
  removeState,
  removeUpdateKey,
} from './stateRecords.js';
import type { PendingCommit } from './stateRecords.js';
import { wipeSeed } from './treeKem.js';
import { demandOpen } from './transition.js';

/** A verified commit that may be applied to the epoch on which it was staged. */
export interface StagedCommit extends CommitSummary {
  /** Made by this device. */
  readonly isOwn: boolean;
  /** Removes this device: applying it ends the group here. */
  readonly removesSelf: boolean;
}

interface Staging {
  readonly from: MemberState;
  readonly next: NextEpoch | undefined;
}

/**
 * The mutable heart of a member's group: the current epoch and everything that belongs to it. Each change is written
 * to the record log in the same call.
 */
export class GroupCore {
  readonly proposals = new ProposalStore();
  private readonly staged = new WeakMap<StagedCommit, Staging>();
  private readonly updateKeys = new Map<string, Uint8Array>();
  private pending: PendingCommit | undefined;
  private current: MemberState | undefined;

  private constructor(
    readonly signer: Signer,
    readonly records: RecordLog,
    readonly epochs: EpochStore,
    readonly resumption: ResumptionStore,
  ) {}

  /** Starts in the first epoch that this device sees. */
  static start(signer: Signer, first: NextEpoch): GroupCore {
    const records = new RecordLog();
    const core = new GroupCore(signer, records, new EpochStore(records), new ResumptionStore(records));
    core.enter(first);
    return core;
  }

  /** @throws MlsError `CORRUPT_STATE`, `MISUSE` for the signature key of another device */
  static restore(signer: Signer, stored: ReadonlyMap<string, Uint8Array>): GroupCore {
    const core = restoring(() => GroupCore.load(signer, stored));
    const own = core.state.tree.leaf(core.state.ownLeaf);
    if (own === undefined || !sameBytes(own.signatureKey, signer.publicKey)) {
      throw new MlsError('MISUSE', 'the signature key is not that of the stored leaf');
    }
    return core;
  }

  private static load(signer: Signer, stored: ReadonlyMap<string, Uint8Array>): GroupCore {
    const records = new RecordLog();
    const state = loadState(stored);
    const epochs = EpochStore.restore(stored, records);
    const core = new GroupCore(signer, records, epochs, ResumptionStore.restore(stored, records));
    core.current = state;
    core.pending = loadPending(stored);
    for (const content of loadProposals(stored)) core.proposals.add(content);
    for (const ref of loadAside(stored)) core.proposals.setAside(ref);
    for (const [publicKey, key] of loadUpdateKeys(stored)) core.updateKeys.set(publicKey, key);
    return core;
  }

  /** @throws MlsError `REMOVED` */
  get state(): MemberState {
    if (this.current === undefined) throw new MlsError('REMOVED', 'this device is not a member any more');
    return this.current;
  }

  /** For everything that leads to another epoch or uses this one to send. @throws MlsError `REMOVED`, `REINITIALIZED` */
  get openState(): MemberState {
    demandOpen(this.state);
    return this.state;
  }

  get isMember(): boolean {
    return this.current !== undefined;
  }

  get updates(): UpdateKeys {
    return this.updateKeys;
  }

  addProposal(content: AuthenticatedContent): StoredProposal {
    const stored = this.proposals.add(content);
    putProposal(this.records, stored.ref, content);
    return stored;
  }

  dropProposal(ref: Uint8Array): void {
    this.forgetProposal(ref);
    this.proposals.delete(ref);
  }

  setAside(ref: Uint8Array): void {
    if (this.proposals.get(ref) === undefined) return;
    this.proposals.setAside(ref);
    putAside(this.records, ref);
  }

  /** Keeps the private key of an Update proposal until the epoch ends. */
  addUpdateKey(publicKey: Uint8Array, privateKey: Uint8Array): void {
    this.updateKeys.set(toHex(publicKey), privateKey);
    putUpdateKey(this.records, toHex(publicKey), privateKey);
  }

  setPending(pending: PendingCommit | undefined): void {
    if (this.pending?.seed !== undefined) wipeSeed(this.pending.seed);
    if (this.pending !== undefined || pending !== undefined) putPending(this.records, pending);
    this.pending = pending;
  }

  /** What was kept of a commit that this device made, by its message. @throws MlsError `UNKNOWN_COMMIT` */
  pendingFor(message: Uint8Array): PendingCommit {
    const { pending } = this;
    if (pending === undefined || !sameBytes(pending.hash, sha256(message))) {
      throw new MlsError('UNKNOWN_COMMIT', 'this device does not remember its own commit: its stored state is older');
    }
    return pending;
  }

  stage(summary: StagedCommit, next: NextEpoch | undefined): StagedCommit {
    this.staged.set(summary, { from: this.state, next });
    return summary;
  }

  /** @throws MlsError `MISUSE` for a commit that was staged elsewhere, discarded, or before another was applied */
  apply(commit: StagedCommit): void {
    const staging = this.staged.get(commit);
    if (staging === undefined || staging.from !== this.current) {
      throw new MlsError('MISUSE', 'this commit was not staged on the current epoch');
    }
    this.staged.delete(commit);
    if (staging.next === undefined) this.end();
    else this.enter(staging.next);
  }

  /** Forgets a staged commit. One of this device can't be applied later: only discard it if it was refused. */
  discard(commit: StagedCommit): void {
    const staging = this.staged.get(commit);
    this.staged.delete(commit);
    if (staging?.next !== undefined) wipeNext(staging.next, staging.from.privateKeys);
    if (commit.isOwn && staging?.from === this.current) this.setPending(undefined);
  }

  private enter(next: NextEpoch): void {
    const before = this.current;
    if (before !== undefined) this.epochs.leave(before.context.epoch, before.tree, next.state.tree);
    this.endOfEpoch();
    this.current = next.state;
    putState(this.records, next.state, before);
    this.epochs.enter(next);
    this.resumption.enter(next.state.context.epoch, next.state.secrets.resumptionPsk);
    if (before !== undefined) wipeState(before, next.state.privateKeys);
  }

  /** This device was removed: nothing of the group is kept (RFC 9420 section 12.4.2). */
  private end(): void {
    const { state } = this;
    this.endOfEpoch();
    this.epochs.forgetAll();
    this.resumption.forgetAll();
    removeState(this.records, state);
    wipeState(state);
    this.current = undefined;
  }

  private forgetProposal(ref: Uint8Array): void {
    removeProposal(this.records, ref);
    if (this.proposals.isAside(ref)) removeAside(this.records, ref);
  }

  private endOfEpoch(): void {
    for (const { ref } of this.proposals.all()) this.forgetProposal(ref);
    this.proposals.clear();
    for (const [publicKey, key] of this.updateKeys) {
      removeUpdateKey(this.records, publicKey);
      wipe(key);
    }
    this.updateKeys.clear();
    this.setPending(undefined);
  }
}
