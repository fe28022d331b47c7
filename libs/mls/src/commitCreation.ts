import { sha256 } from '#primitives';
import type { Signer } from '#primitives';

import type { Commit } from './commit.js';
import { wipeAll } from './derivation.js';
import type { AuthenticatedContent, FramedContent } from './framing.js';
import type { GroupContext } from './groupContext.js';
import { createGroupInfo } from './groupInfoCreation.js';
import type { LeafNode } from './leafNode.js';
import type { LifetimePolicy } from './lifetime.js';
import type { MemberState } from './memberState.js';
import { wipeEpoch } from './memberState.js';
import { schedule, transitionPsk } from './memberTransition.js';
import { encodeMessage } from './message.js';
import { membershipTagOf, signHandshake } from './messageProtection.js';
import type { Continuation } from './preSharedKey.js';
import type { Proposal } from './proposal.js';
import type { SentProposal, StoredProposal } from './proposalStore.js';
import type { PskLookup } from './psk.js';
import type { RatchetTree } from './ratchetTree.js';
import { hashLength } from './suite.js';
import { contextAfter, finishTransition, isPathRequired, propose, provisionalContext } from './transition.js';
import type { ProposedTransition, PublicState } from './transition.js';
import { createPath } from './treeKem.js';
import type { CreatedPath } from './treeKem.js';
import { createWelcome } from './welcomeCreation.js';
import type { PendingCommit } from './stateRecords.js';

export interface CommitInput {
  /** Sent on their own before, by anybody. */
  readonly references: readonly StoredProposal[];
  readonly values: readonly Proposal[];
  readonly forcePath: boolean;
  readonly authenticatedData: Uint8Array;
  readonly treeInWelcome: boolean;
  readonly lifetimes: LifetimePolicy;
  readonly psks: PskLookup;
  /** Set for the first commit of a group that continues another one. */
  readonly continues?: Continuation | undefined;
}

export interface CreatedCommit {
  /** MLSMessage(PublicMessage) */
  readonly commit: Uint8Array;
  /** MLSMessage(Welcome), if the commit adds members or its group continues another one. */
  readonly welcome: Uint8Array | undefined;
  readonly pending: PendingCommit;
}

/** Creates a Commit and its Welcome (RFC 9420 section 12.4.1); the state is only read. @throws MlsError */
export function createCommit(state: MemberState, signer: Signer, input: CommitInput): CreatedCommit {
  const sender = { kind: 'member', leaf: state.ownLeaf } as const;
  const byValue = input.values.map((proposal): SentProposal => ({ proposal, sender, ref: undefined }));
  const proposals = [...input.references, ...byValue];
  const proposed = propose(state, state.ownLeaf, proposals, input.lifetimes, input.continues);
  const psk = transitionPsk(proposed, input.psks);
  const needsPath = input.forcePath || isPathRequired(proposed.proposals);
  const path = needsPath ? createOwnPath(state, proposed, signer) : undefined;
  const transition = finishTransition(state, proposed, path?.path, path?.steps ?? []);
  const content = signCommit(state, signer, { ...input, path });
  const context = contextAfter(state, transition, content);
  const commitSecret = path?.commitSecret ?? new Uint8Array(hashLength);
  const scheduled = schedule(state.secrets.initSecret, commitSecret, psk, context);
  const { confirmationTag } = scheduled;
  const commit = frameCommit(state, { ...content, auth: { ...content.auth, confirmationTag } });
  const info = { tree: transition.tree, context, confirmationTag, ownLeaf: state.ownLeaf };
  const isWelcoming = transition.added.length > 0 || input.continues !== undefined;
  const welcome = isWelcoming
    ? createWelcome(transition, createGroupInfo(info, signer, input.treeInWelcome), scheduled, path)
    : undefined;
  wipeAll(commitSecret, psk, scheduled.joinerSecret, scheduled.memberSecret, ...(path?.pathSecrets ?? []));
  wipeEpoch(scheduled.secrets);
  const body = welcome && encodeMessage({ kind: 'welcome', body: welcome });
  return { commit, welcome: body, pending: { hash: sha256(commit), seed: path?.seed } };
}

/** A path under the provisional context of RFC 9420 section 12.4.1; `current` is for a committer without a leaf. */
export function createOwnPath(
  { context }: Pick<PublicState, 'context'>,
  proposed: ProposedTransition,
  signer: Signer,
  current?: LeafNode,
): CreatedPath {
  const contextOf = (tree: RatchetTree): GroupContext => provisionalContext(context, tree, proposed.extensions);
  return createPath(proposed, context.cipherSuite, context.groupId, signer, contextOf, current);
}

function signCommit(
  state: MemberState,
  signer: Signer,
  input: Pick<CommitInput, 'references' | 'values' | 'authenticatedData'> & { path: CreatedPath | undefined },
): AuthenticatedContent {
  const commit: Commit = {
    proposals: [
      ...input.references.map(({ ref }) => ({ kind: 'reference', reference: ref }) as const),
      ...input.values.map((proposal) => ({ kind: 'proposal', proposal }) as const),
    ],
    path: input.path?.path,
  };
  return signHandshake(signer, framed(state, { kind: 'commit', commit }, input.authenticatedData), state.context);
}

/** Content of this member in the current epoch. */
export function framed(
  { context, ownLeaf }: MemberState,
  content: FramedContent['content'],
  authenticatedData: Uint8Array,
): FramedContent {
  const sender = { kind: 'member', leaf: ownLeaf } as const;
  return { groupId: context.groupId, epoch: context.epoch, sender, authenticatedData, content };
}

/** MLSMessage(PublicMessage) with the membership tag (RFC 9420 section 6.2). */
export function frameCommit({ secrets, context }: MemberState, message: AuthenticatedContent): Uint8Array {
  const { content, auth } = message;
  const membershipTag = membershipTagOf(secrets.membershipKey, message, context);
  return encodeMessage({ kind: 'publicMessage', body: { content, auth, membershipTag } });
}
