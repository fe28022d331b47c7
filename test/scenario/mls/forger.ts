import { MlsError } from '#mls';
import { createSigner, generateKemKeyPair, generateSigningKeyPair, utf8 } from '#primitives';
import type { Signer } from '#primitives';

import type { LeafIndex } from '../../../libs/mls/src/brand.js';
import type { Commit, ProposalOrRef, UpdatePath } from '../../../libs/mls/src/commit.js';
import type { Extension } from '../../../libs/mls/src/extension.js';
import type { Content, FramedContent, PublicMessage, Sender } from '../../../libs/mls/src/framing.js';
import type { GroupInfo } from '../../../libs/mls/src/groupInfo.js';
import { groupInfoTbs } from '../../../libs/mls/src/groupInfo.js';
import { keyPackageTbs, mls10 } from '../../../libs/mls/src/keyPackage.js';
import type { KeyPackage, KeyPackageContent } from '../../../libs/mls/src/keyPackage.js';
import type { LeafNodeContent } from '../../../libs/mls/src/leafNode.js';
import type { MemberState } from '../../../libs/mls/src/memberState.js';
import { encodeMessage } from '../../../libs/mls/src/message.js';
import { membershipTagOf, signContentWith } from '../../../libs/mls/src/messageProtection.js';
import type { Proposal } from '../../../libs/mls/src/proposal.js';
import { applyProposals } from '../../../libs/mls/src/proposalList.js';
import type { SentProposal } from '../../../libs/mls/src/proposalStore.js';
import type { RatchetTree } from '../../../libs/mls/src/ratchetTree.js';
import { signWithLabel } from '../../../libs/mls/src/sealing.js';
import { loadState } from '../../../libs/mls/src/stateRecords.js';
import { suiteOf } from '../../../libs/mls/src/suite.js';
import { createPath, signLeaf } from '../../../libs/mls/src/treeKem.js';
import type { Device } from './device.js';

const none = new Uint8Array(0);

/** A malicious member: signs and frames whatever it likes with its real keys. */
export class Forger {
  readonly signer: Signer;

  constructor(
    readonly device: Device,
    readonly state: MemberState = loadState(device.copyOfDisk()),
  ) {
    this.signer = createSigner(device.keys.privateKey);
  }

  /** The same forger in a context that it made up. */
  at(changes: Partial<MemberState['context']>): Forger {
    return new Forger(this.device, { ...this.state, context: { ...this.state.context, ...changes } });
  }

  /** MLSMessage(PublicMessage) with a membership tag for whatever stands in it. */
  tagged({ content, auth }: Pick<PublicMessage, 'content' | 'auth'>): Uint8Array {
    const { secrets, context } = this.state;
    const membershipTag = membershipTagOf(
      secrets.membershipKey,
      { wireFormat: 'publicMessage', content, auth },
      context,
    );
    return encodeMessage({ kind: 'publicMessage', body: { content, auth, membershipTag } });
  }

  /** MLSMessage(PublicMessage), rightly signed and tagged, around any content. */
  message(content: Content, changes: Partial<FramedContent> = {}, signer = this.signer): Uint8Array {
    const { context, secrets, ownLeaf } = this.state;
    const { groupId, epoch } = context;
    const sender: Sender = { kind: 'member', leaf: ownLeaf };
    const framed = { groupId, epoch, sender, authenticatedData: none, content, ...changes };
    const signature = signContentWith(signer, 'publicMessage', framed, context);
    const confirmationTag = content.kind === 'commit' ? new Uint8Array(32) : undefined;
    const signed = { wireFormat: 'publicMessage', content: framed, auth: { signature, confirmationTag } } as const;
    const isMember = framed.sender.kind === 'member';
    const membershipTag = isMember ? membershipTagOf(secrets.membershipKey, signed, context) : undefined;
    return encodeMessage({ kind: 'publicMessage', body: { content: framed, auth: signed.auth, membershipTag } });
  }

  proposal(proposal: Proposal, changes: Partial<FramedContent> = {}, signer = this.signer): Uint8Array {
    return this.message({ kind: 'proposal', proposal }, changes, signer);
  }

  /** A commit of proposals by value, with a confirmation tag of zeros: the last thing that is checked. */
  commit(proposals: readonly Proposal[], path?: UpdatePath): Uint8Array {
    const values = proposals.map((proposal): ProposalOrRef => ({ kind: 'proposal', proposal }));
    return this.rawCommit({ proposals: values, path });
  }

  rawCommit(commit: Commit): Uint8Array {
    return this.message({ kind: 'commit', commit });
  }

  /** A right path after these proposals by value and those of others, for tests that then spoil it. */
  path(proposals: readonly Proposal[] = [], others: readonly SentProposal[] = []): UpdatePath {
    const { context, ownLeaf } = this.state;
    const sender = { kind: 'member', leaf: ownLeaf } as const;
    const values = proposals.map((proposal): SentProposal => ({ proposal, sender, ref: undefined }));
    const sent = [...others, ...values];
    const applied = applyProposals(sent, { ...this.state, lifetimes: undefined });
    const proposed = { ...applied, committer: ownLeaf, proposals: sent };
    const epoch = (context.epoch + 1n) as typeof context.epoch;
    const contextOf = (tree: RatchetTree): typeof context => ({
      ...context,
      epoch,
      treeHash: tree.treeHash(),
      extensions: applied.extensions,
    });
    return createPath(proposed, context.cipherSuite, context.groupId, this.signer, contextOf).path;
  }

  /** A leaf of this member with changes, signed for its place in the group. */
  ownLeaf(changes: Partial<LeafNodeContent>): ReturnType<typeof signLeaf> {
    const { tree, context, ownLeaf } = this.state;
    const current = tree.leaf(ownLeaf);
    if (current === undefined) throw new Error('a leaf');
    const place = { groupId: context.groupId, index: ownLeaf };
    return signLeaf({ ...current, ...changes }, this.signer, place);
  }

  /** MLSMessage(GroupInfo) about any tree and context, rightly signed. */
  groupInfo(extensions: readonly Extension[], changes: Partial<GroupInfo> = {}): Uint8Array {
    const { context, confirmationTag, ownLeaf } = this.state;
    const content = { context, extensions, confirmationTag, signer: ownLeaf as number, ...changes };
    const signature = changes.signature ?? signWithLabel(this.signer, 'GroupInfoTBS', groupInfoTbs(content));
    return encodeMessage({ kind: 'groupInfo', body: { ...content, signature } });
  }
}

export interface KeyPackageChanges {
  readonly leaf?: Partial<LeafNodeContent>;
  readonly content?: Partial<KeyPackageContent>;
  /** Sign with another key than the one in the leaf. */
  readonly leafSigner?: Signer;
  readonly signer?: Signer;
}

/** A KeyPackage with changes, signed after them. */
export function forgeKeyPackage(
  suiteId: number,
  { leaf = {}, content = {}, ...signers }: KeyPackageChanges,
): KeyPackage {
  const suite = suiteOf(suiteId);
  const signer = createSigner(generateSigningKeyPair().privateKey);
  const seconds = BigInt(Math.floor(Date.now() / 1000));
  const leafContent: LeafNodeContent = {
    encryptionKey: generateKemKeyPair(suite.kem).publicKey,
    signatureKey: signer.publicKey,
    credential: { kind: 'basic', identity: utf8('mallory') },
    capabilities: { versions: [mls10], cipherSuites: [suiteId], extensions: [], proposals: [], credentials: [1] },
    source: { kind: 'keyPackage', lifetime: { notBefore: seconds - 60n, notAfter: seconds + 3600n } },
    extensions: [],
    ...leaf,
  };
  const leafNode = signLeaf(leafContent, signers.leafSigner ?? signer, undefined);
  const initKey = generateKemKeyPair(suite.kem).publicKey;
  const body = { version: mls10, cipherSuite: suiteId, initKey, leafNode, extensions: [], ...content };
  return { ...body, signature: signWithLabel(signers.signer ?? signer, 'KeyPackageTBS', keyPackageTbs(body)) };
}

export const encodeForged = (keyPackage: KeyPackage): Uint8Array =>
  encodeMessage({ kind: 'keyPackage', body: keyPackage });

/** The rule that an action breaks, or what else happened. */
export function ruleOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof MlsError ? (error.rule ?? error.code) : String(error);
  }
  return 'accepted';
}

export const leaf = (index: number): LeafIndex => index as LeafIndex;
