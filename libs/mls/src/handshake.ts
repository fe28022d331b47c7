import { generateKemKeyPair } from '#primitives';

import { openPrivate } from './applicationMessages.js';
import { verified } from './brand.js';
import { createCommit, frameCommit, framed } from './commitCreation.js';
import { proposerOf, summarize } from './commitSummary.js';
import { MlsError } from './errors.js';
import { extensionList } from './extension.js';
import { checkRejoin } from './externalCommit.js';
import type { GroupCore, StagedCommit } from './groupCore.js';
import { maxLifetimeSeconds } from './lifetime.js';
import type { LifetimePolicy } from './lifetime.js';
import { advance } from './memberTransition.js';
import { decodeMessage } from './message.js';
import { checkMembershipTag, signHandshake } from './messageProtection.js';
import type { Continuation } from './preSharedKey.js';
import type { Proposal } from './proposal.js';
import { checkProposal } from './proposalList.js';
import { selectProposals } from './proposalSelection.js';
import { committable } from './proposalTrial.js';
import type { PskLookup } from './psk.js';
import type { ReceivedProposal } from './publicGroup.js';
import { broken, demand } from './rules.js';
import { checkGroupAndEpoch, checkNewMember, verifyContent } from './senderVerification.js';
import type { VerifiedContent } from './senderVerification.js';
import { suiteOf } from './suite.js';
import { commitOf, receiveTransition } from './transition.js';
import { signLeaf } from './treeKem.js';

export interface Circumstances {
  readonly lifetimes: LifetimePolicy;
  readonly psks: PskLookup;
  readonly acceptNewMembers: boolean;
  /** Set for the first commit of a group that continues another one. */
  readonly continues?: Continuation;
}

export interface CommitRequest {
  readonly values: readonly Proposal[];
  readonly forcePath: boolean;
  readonly authenticatedData: Uint8Array;
  readonly treeInWelcome: boolean;
}

export interface CommitResult {
  readonly commit: Uint8Array;
  readonly welcome?: Uint8Array;
  readonly staged: StagedCommit;
}

/** Makes a commit of the requested and the received proposals and stages it just like a receiver. */
export function commitNow(core: GroupCore, request: CommitRequest, circumstances: Circumstances): CommitResult {
  const { openState: state, signer } = core;
  const { psks } = circumstances;
  const selected = selectProposals(state, state.ownLeaf, core.proposals.waiting(), request.values, psks);
  const closes = selected.values.some(({ kind }) => kind === 'reinit');
  const wanted = closes ? { ...selected, values: [] } : selected;
  const { references } = committable(state, state.ownLeaf, wanted, circumstances.lifetimes);
  if (closes && references.length > 0) throw pendingProposals('the group is reinitialized');
  const created = createCommit(state, signer, { ...request, ...circumstances, references, values: selected.values });
  core.setPending(created.pending);
  const staged = stageCommit(core, created.commit, circumstances);
  return created.welcome === undefined
    ? { commit: created.commit, staged }
    : { commit: created.commit, welcome: created.welcome, staged };
}

/** What can't be done while received proposals wait for a commit (RFC 9420 sections 12.2 and 12.4). */
export const pendingProposals = (what: string): MlsError =>
  new MlsError('PENDING_PROPOSALS', `received proposals must be committed before ${what}`);

/** Decodes and verifies a commit and computes the epoch after it (RFC 9420 section 12.4.2). @throws MlsError */
export function stageCommit(core: GroupCore, message: Uint8Array, circumstances: Circumstances): StagedCommit {
  const { state } = core;
  const content = openHandshake(core, message);
  const commit = commitOf(content.content, state.tree);
  const isOwn = commit.committer === state.ownLeaf;
  const seed = isOwn ? core.pendingFor(message).seed : undefined;
  const { lifetimes, continues } = circumstances;
  const transition = receiveTransition(state, commit, core.proposals, lifetimes, continues);
  checkRejoin(state.tree, transition, circumstances.acceptNewMembers);
  const removesSelf = transition.removed.some(({ index }) => index === state.ownLeaf);
  const inputs = { psks: circumstances.psks, updates: core.updates, seed };
  const next = removesSelf ? undefined : advance(state, transition, content, inputs);
  return core.stage({ ...summarize(state, transition), isOwn, removesSelf }, next);
}

/** Verifies a proposal and keeps it for the next commit. @throws MlsError */
export function receiveProposal(core: GroupCore, message: Uint8Array, circumstances: Circumstances): ReceivedProposal {
  const content = openHandshake(core, message);
  const { sender, content: body } = content.content;
  demand(body.kind === 'proposal', 'valn060105');
  checkNewMember(content.content, circumstances.acceptNewMembers);
  const { tree, context } = core.state;
  checkProposal(
    { proposal: body.proposal, sender, ref: undefined },
    { tree, context, lifetimes: circumstances.lifetimes },
  );
  const { ref, proposal } = core.addProposal(content);
  return { ref, kind: proposal.kind, proposedBy: proposerOf({ sender }), proposal };
}

/** Signs and frames a proposal of this device, and keeps it as if it had come in. @throws MlsError as receivers would */
export function sendProposal(core: GroupCore, proposal: Proposal, authenticatedData: Uint8Array): Uint8Array {
  const { openState: state, signer } = core;
  const content = framed(state, { kind: 'proposal', proposal }, authenticatedData);
  const lifetimes = { now: Date.now(), maxSeconds: maxLifetimeSeconds };
  checkProposal({ proposal, sender: content.sender, ref: undefined }, { ...state, lifetimes });
  const message = signHandshake(signer, content, state.context);
  core.addProposal(verified(message));
  return frameCommit(state, message);
}

/** An Update of one's own leaf with a fresh encryption key (RFC 9420 section 12.1.2). */
export function updateProposal(core: GroupCore): Proposal {
  const { tree, context, ownLeaf } = core.openState;
  const current = tree.leaf(ownLeaf);
  if (current === undefined) throw broken('valn060004');
  const pair = generateKemKeyPair(suiteOf(context.cipherSuite).kem);
  const content = { ...current, encryptionKey: pair.publicKey, source: { kind: 'update' } as const };
  core.addUpdateKey(pair.publicKey, pair.privateKey);
  return { kind: 'update', leafNode: signLeaf(content, core.signer, { groupId: context.groupId, index: ownLeaf }) };
}

export const extensionsProposal = (extensions: ReadonlyMap<number, Uint8Array>): Proposal => ({
  kind: 'groupContextExtensions',
  extensions: extensionList(extensions),
});

/** A handshake message of the current epoch, its tags and signature verified. */
function openHandshake(core: GroupCore, bytes: Uint8Array): VerifiedContent {
  const { openState: state } = core;
  const message = decodeMessage(bytes);
  if (message.kind === 'privateMessage') {
    demand(message.body.contentType !== 'application', 'valn060105');
    demand(message.body.epoch === state.context.epoch, 'valn060002');
    return verified(openPrivate(state, core.epochs, message.body).content);
  }
  demand(message.kind === 'publicMessage', 'valn020105');
  const { body } = message;
  checkGroupAndEpoch(body.content, state.context);
  demand(body.content.content.kind !== 'application', 'valn060003');
  checkMembershipTag(state.secrets.membershipKey, body, state.context);
  return verifyContent(
    { wireFormat: 'publicMessage', content: body.content, auth: body.auth },
    state.tree,
    state.context,
  );
}
