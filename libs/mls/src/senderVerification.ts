import { verified } from './brand.js';
import type { Verified } from './brand.js';
import { externalSendersOf } from './extension.js';
import { framedContentTbs } from './framing.js';
import type { AuthenticatedContent, Content, FramedContent, Sender } from './framing.js';
import type { GroupContext } from './groupContext.js';
import { sameBytes } from './keySet.js';
import { verifyWithLabel } from './labels.js';
import { externalKinds } from './proposal.js';
import type { RatchetTree } from './ratchetTree.js';
import { demand } from './rules.js';

export type VerifiedContent = Verified<AuthenticatedContent>;

/** An Add that comes from its own subject proves nothing but a key pair. @throws MlsError valn060107 */
export function checkNewMember({ sender }: FramedContent, isAllowed: boolean | undefined): void {
  demand(sender.kind !== 'newMemberProposal' || isAllowed === true, 'valn060107');
}

/** @throws MlsError valn060001, valn060002 */
export function checkGroupAndEpoch(content: FramedContent, context: GroupContext): void {
  demand(sameBytes(content.groupId, context.groupId), 'valn060001');
  demand(content.epoch === context.epoch, 'valn060002');
}

/**
 * The signature and the rules of RFC 9420 section 6.1 for the sender's type. Whoever holds the membership key checks the
 * membership tag too, before this. @throws MlsError
 */
export function verifyContent(
  message: AuthenticatedContent,
  tree: RatchetTree,
  context: GroupContext,
): VerifiedContent {
  const key = signatureKeyOf(message.content, tree, context);
  const tbs = framedContentTbs(message.wireFormat, message.content, context);
  demand(verifyWithLabel(key, 'FramedContentTBS', tbs, message.auth.signature), 'valn060101');
  return verified(message);
}

function signatureKeyOf({ sender, content }: FramedContent, tree: RatchetTree, context: GroupContext): Uint8Array {
  switch (sender.kind) {
    case 'member':
      return memberKey(sender.leaf, tree);
    case 'external':
      return externalKey(sender, content, context);
    case 'newMemberProposal':
      return newMemberKey(content);
    case 'newMemberCommit':
      return joinerKey(content);
  }
}

function memberKey(claimed: number, tree: RatchetTree): Uint8Array {
  const index = tree.memberAt(claimed);
  const leaf = index === undefined ? undefined : tree.leaf(index);
  demand(leaf !== undefined, 'valn060004');
  return leaf.signatureKey;
}

function externalKey(
  sender: Extract<Sender, { kind: 'external' }>,
  content: Content,
  context: GroupContext,
): Uint8Array {
  demand(content.kind === 'proposal', 'valn060105');
  demand(externalKinds.has(content.proposal.kind), 'valn060102');
  const listed = externalSendersOf(context.extensions)[sender.index];
  demand(listed !== undefined, 'valn060104');
  return listed.signatureKey;
}

function newMemberKey(content: Content): Uint8Array {
  demand(content.kind === 'proposal', 'valn060105');
  demand(content.proposal.kind === 'add', 'valn060103');
  return content.proposal.keyPackage.leafNode.signatureKey;
}

/** An external commit is signed with the key of the leaf that it brings (RFC 9420 section 12.4.3.2). */
function joinerKey(content: Content): Uint8Array {
  demand(content.kind === 'commit', 'valn060105');
  demand(content.commit.path !== undefined, 'valn120421');
  return content.commit.path.leafNode.signatureKey;
}
