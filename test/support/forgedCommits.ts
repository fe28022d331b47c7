import { createSigner } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import type { UpdatePath } from '../../libs/mls/src/commit.js';
import { createOwnPath, framed, frameCommit } from '../../libs/mls/src/commitCreation.js';
import { decodeOpaque, decodeWith } from '../../libs/mls/src/codec.js';
import { extensionTypes, findExtension } from '../../libs/mls/src/extension.js';
import { sendInitSecret } from '../../libs/mls/src/externalInit.js';
import type { Content, FramedContent } from '../../libs/mls/src/framing.js';
import type { LeafNode } from '../../libs/mls/src/leafNode.js';
import type { MemberState } from '../../libs/mls/src/memberState.js';
import { schedule, transitionPsk } from '../../libs/mls/src/memberTransition.js';
import { decodeMessageOf, encodeMessage } from '../../libs/mls/src/message.js';
import { signHandshake } from '../../libs/mls/src/messageProtection.js';
import type { SentProposal } from '../../libs/mls/src/proposalStore.js';
import { loadState } from '../../libs/mls/src/stateRecords.js';
import { treeOf } from '../../libs/mls/src/joining.js';
import { interimTranscriptHash } from '../../libs/mls/src/transcript.js';
import {
  contextAfter,
  finishTransition,
  pathRecipients,
  propose,
  proposeExternally,
} from '../../libs/mls/src/transition.js';

const none = new Uint8Array(0);

/** The leaf of a device in a stored group state. */
export function leafIn(records: ReadonlyMap<string, Uint8Array>, deviceId: string): number {
  const members = [...loadState(records).tree.members()];
  const found = members.find(([, leaf]) => leaf.credential.kind === 'basic' && textOf(leaf) === deviceId);
  if (!found) throw new Error('no such member');
  return found[0];
}

/**
 * A commit by a member that is right in everything that a server can check, and that everybody can process but one: the secret for that leaf
 * does not open. The leaf has to be encrypted to on its own.
 */
export function commitAllButOneCanProcess(
  records: ReadonlyMap<string, Uint8Array>,
  keys: SigningKeyPair,
  victim: number,
): Uint8Array {
  const [state, signer] = [loadState(records), createSigner(keys.privateKey)];
  const proposed = propose(state, state.ownLeaf, [], undefined);
  const created = createOwnPath(state, proposed, signer);
  const nodes = created.path.nodes.map((node, index) => {
    const step = created.steps[index];
    const at = step ? pathRecipients(proposed, step).indexOf((2 * victim) as never) : -1;
    return {
      ...node,
      encryptedPathSecrets: node.encryptedPathSecrets.map((sealed, i) => (i === at ? spoil(sealed) : sealed)),
    };
  });
  const path: UpdatePath = { ...created.path, nodes };
  const transition = finishTransition(state, proposed, path, created.steps);
  const body: Content = { kind: 'commit', commit: { proposals: [], path } };
  const content = signHandshake(signer, framed(state, body, none), state.context);
  const psk = transitionPsk(proposed, () => undefined);
  const next = contextAfter(state, transition, content);
  const { confirmationTag } = schedule(state.secrets.initSecret.slice(), created.commitSecret, psk, next);
  return frameCommit(state, { ...content, auth: { ...content.auth, confirmationTag } });
}

/**
 * An external commit by which somebody who is no member any more comes in: by a GroupInfo of the current epoch, with the leaf that they had
 * before.
 */
export function externalCommitOfStranger(
  groupInfo: Uint8Array,
  keys: SigningKeyPair,
  formerLeaf: LeafNode,
): Uint8Array {
  const info = decodeMessageOf(groupInfo, 'groupInfo');
  const { context, confirmationTag } = info;
  const signer = createSigner(keys.privateKey);
  const interim = interimTranscriptHash(context.confirmedTranscriptHash, confirmationTag);
  const state = { tree: treeOf(info, undefined), context, interimTranscriptHash: interim };
  const external = findExtension(info.extensions, extensionTypes.externalPub) ?? none;
  const { kemOutput, initSecret } = sendInitSecret(context.cipherSuite, decodeWith(decodeOpaque, external));
  const proposal = { kind: 'externalInit', kemOutput } as const;
  const sent: SentProposal = { proposal, sender: { kind: 'newMemberCommit' }, ref: undefined };
  const proposed = proposeExternally(state, [sent]);
  const created = createOwnPath(state, proposed, signer, formerLeaf);
  const transition = finishTransition(state, proposed, created.path, created.steps);
  const framedContent: FramedContent = {
    groupId: context.groupId,
    epoch: context.epoch,
    sender: { kind: 'newMemberCommit' },
    authenticatedData: none,
    content: { kind: 'commit', commit: { proposals: [{ kind: 'proposal', proposal }], path: created.path } },
  };
  const content = signHandshake(signer, framedContent, context);
  const next = contextAfter(state, transition, content);
  const scheduled = schedule(
    initSecret,
    created.commitSecret,
    transitionPsk({ proposals: [] }, () => undefined),
    next,
  );
  const auth = { ...content.auth, confirmationTag: scheduled.confirmationTag };
  return encodeMessage({ kind: 'publicMessage', body: { ...content, auth, membershipTag: undefined } });
}

/** The leaf of a member, as it stands in a stored group state. */
export function leafNodeIn(records: ReadonlyMap<string, Uint8Array>): LeafNode {
  const { tree, ownLeaf }: MemberState = loadState(records);
  const leaf = tree.leaf(ownLeaf);
  if (!leaf) throw new Error('no leaf');
  return leaf;
}

function spoil<Sealed extends { readonly ciphertext: Uint8Array }>(sealed: Sealed): Sealed {
  return { ...sealed, ciphertext: sealed.ciphertext.with(0, 1 ^ (sealed.ciphertext[0] ?? 0)) };
}

function textOf({ credential }: LeafNode): string {
  return credential.kind === 'basic' ? Buffer.from(credential.identity).toString() : '';
}
