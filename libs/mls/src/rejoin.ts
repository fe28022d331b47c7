import type { Signer } from '#primitives';

import type { LeafIndex } from './brand.js';
import { decodeOpaque, decodeWith } from './codec.js';
import { createOwnPath } from './commitCreation.js';
import { identityOf } from './credential.js';
import { wipeAll } from './derivation.js';
import { extensionTypes, findExtension } from './extension.js';
import { sendInitSecret } from './externalInit.js';
import type { AuthenticatedContent } from './framing.js';
import type { GroupInfo } from './groupInfo.js';
import { checkGroupInfo } from './groupInfoValidation.js';
import { treeOf } from './joining.js';
import { sameBytes } from './keySet.js';
import type { NextEpoch } from './memberState.js';
import { enterable, schedule, transitionPsk } from './memberTransition.js';
import { encodeMessage } from './message.js';
import { signHandshake } from './messageProtection.js';
import type { Proposal } from './proposal.js';
import type { SentProposal } from './proposalStore.js';
import type { PskLookup } from './psk.js';
import { checkPublicKey } from './publicKey.js';
import type { RatchetTree } from './ratchetTree.js';
import { broken } from './rules.js';
import { suiteOf } from './suite.js';
import { interimTranscriptHash } from './transcript.js';
import { contextAfter, finishTransition, proposeExternally } from './transition.js';
import type { PublicState, Transition } from './transition.js';
import { reopenPath, wipeSeed } from './treeKem.js';
import type { CreatedPath } from './treeKem.js';
import { checkTree } from './treeValidation.js';

export interface RejoinInput {
  readonly info: GroupInfo;
  /** The ratchet tree, where the GroupInfo does not hold it. */
  readonly ratchetTree: Uint8Array | undefined;
  readonly identity: Uint8Array;
  readonly signer: Signer;
  /** PreSharedKey proposals to commit. */
  readonly usePsks: readonly Proposal[];
  readonly psks: PskLookup;
  readonly authenticatedData: Uint8Array;
  /** The longest accepted lifetime of a leaf in seconds. */
  readonly longestLifetime: number;
}

/**
 * An external commit that replaces one's own leaf in a group whose state was lost (RFC 9420 section 12.4.3.2), and the
 * epoch that it leads to. @throws MlsError
 */
export function rejoinEpoch(input: RejoinInput): { commit: Uint8Array; next: NextEpoch } {
  const { info, signer } = input;
  const state = followInfo(input);
  const removed = ownOldLeaf(state.tree, input);
  const psk = transitionPsk({ proposals: input.usePsks.map(sentByJoiner) }, input.psks);
  const { kemOutput, initSecret } = sendInitSecret(info.context.cipherSuite, externalPubOf(info));
  const proposals: Proposal[] = [{ kind: 'externalInit', kemOutput }, { kind: 'remove', removed }, ...input.usePsks];
  const proposed = proposeExternally(state, proposals.map(sentByJoiner));
  const path = createOwnPath(state, proposed, signer, state.tree.leaf(removed));
  const transition = finishTransition(state, proposed, path.path, path.steps);
  const content = signExternalCommit(state, proposals, path, input);
  const context = contextAfter(state, transition, content);
  const scheduled = schedule(initSecret, path.commitSecret, psk, context);
  wipeAll(initSecret, path.commitSecret, psk, scheduled.joinerSecret, scheduled.memberSecret);
  const { confirmationTag } = scheduled;
  const body = { ...content, auth: { ...content.auth, confirmationTag }, membershipTag: undefined };
  const parts = { tree: transition.tree, context, privateKeys: keysOfPath(transition, path) };
  const next = enterable({ ownLeaf: transition.committer }, parts, scheduled);
  return { commit: encodeMessage({ kind: 'publicMessage', body }), next };
}

const sentByJoiner = (proposal: Proposal): SentProposal => ({
  proposal,
  sender: { kind: 'newMemberCommit' },
  ref: undefined,
});

/** What a GroupInfo tells about the current epoch, verified as by any joiner. */
function followInfo({ info, ratchetTree, longestLifetime }: RejoinInput): PublicState {
  const { context, confirmationTag } = info;
  const tree = treeOf(info, ratchetTree);
  checkTree(tree, context, suiteOf(context.cipherSuite), longestLifetime);
  checkGroupInfo(info, tree);
  return {
    tree,
    context,
    interimTranscriptHash: interimTranscriptHash(context.confirmedTranscriptHash, confirmationTag),
  };
}

/** Signature keys are unique among the members, so that it is one leaf or none. */
function ownOldLeaf(tree: RatchetTree, { identity, signer }: RejoinInput): LeafIndex {
  for (const [index, { credential, signatureKey }] of tree.members()) {
    const isOwn = credential.kind === 'basic' && sameBytes(identityOf(credential), identity);
    if (isOwn && sameBytes(signatureKey, signer.publicKey)) return index;
  }
  throw broken('valn120425');
}

function externalPubOf({ extensions, context }: GroupInfo): Uint8Array {
  const data = findExtension(extensions, extensionTypes.externalPub);
  if (data === undefined) throw broken('valn120424');
  const externalPub = decodeWith(decodeOpaque, data);
  checkPublicKey(externalPub, suiteOf(context.cipherSuite));
  return externalPub;
}

function signExternalCommit(
  { context }: PublicState,
  proposals: readonly Proposal[],
  { path }: CreatedPath,
  { signer, authenticatedData }: RejoinInput,
): AuthenticatedContent {
  const values = proposals.map((proposal) => ({ kind: 'proposal', proposal }) as const);
  const content = {
    groupId: context.groupId,
    epoch: context.epoch,
    sender: { kind: 'newMemberCommit' },
    authenticatedData,
    content: { kind: 'commit', commit: { proposals: values, path } },
  } as const;
  return signHandshake(signer, content, context);
}

/** The private keys of the new leaf and its path; what they come from is consumed. */
function keysOfPath(transition: Transition, { seed, pathSecrets }: CreatedPath): NextEpoch['state']['privateKeys'] {
  const { privateKeys, commitSecret } = reopenPath(transition, seed);
  wipeSeed(seed);
  wipeAll(commitSecret, ...pathSecrets);
  return privateKeys;
}
