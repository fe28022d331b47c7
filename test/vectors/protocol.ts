import { createSigner, equalBytes, kemKeyPair } from '#primitives';

import { epochOf, leafIndex, nodeIndex } from '../../libs/mls/src/brand.js';
import type { LeafIndex, NodeIndex } from '../../libs/mls/src/brand.js';
import { decodeWith, encodeWith } from '../../libs/mls/src/codec.js';
import { decodeUpdatePath } from '../../libs/mls/src/commit.js';
import type { UpdatePath } from '../../libs/mls/src/commit.js';
import { decodeCommit, encodeCommit } from '../../libs/mls/src/commit.js';
import { framedContentTbs } from '../../libs/mls/src/framing.js';
import type { AuthenticatedContent, Content, PublicMessage } from '../../libs/mls/src/framing.js';
import type { GroupContext } from '../../libs/mls/src/groupContext.js';
import { decodeGroupInfo, groupInfoTbs } from '../../libs/mls/src/groupInfo.js';
import { decodeGroupSecrets } from '../../libs/mls/src/groupSecrets.js';
import { confirmationTagOf, epochSecretsOf, memberSecretOf, welcomeKeys } from '../../libs/mls/src/keySchedule.js';
import { verifyWithLabel } from '../../libs/mls/src/labels.js';
import { decodeMessageOf } from '../../libs/mls/src/message.js';
import {
  checkMembershipTag,
  membershipTagOf,
  openContent,
  openSenderData,
  protectPrivate,
  signContentWith,
} from '../../libs/mls/src/messageProtection.js';
import { mergePathKeys } from '../../libs/mls/src/parentHashes.js';
import { decodeProposal, encodeProposal } from '../../libs/mls/src/proposal.js';
import { RatchetTree } from '../../libs/mls/src/ratchetTree.js';
import { RecordLog } from '../../libs/mls/src/recordLog.js';
import { decryptWithLabel } from '../../libs/mls/src/sealing.js';
import { SecretTree } from '../../libs/mls/src/secretTree.js';
import { suiteOf } from '../../libs/mls/src/suite.js';
import { finishTransition } from '../../libs/mls/src/transition.js';
import type { ProposedTransition, Transition } from '../../libs/mls/src/transition.js';
import { createPath, nodeKeyPair, openPath } from '../../libs/mls/src/treeKem.js';
import type { PrivateKeys } from '../../libs/mls/src/treeKem.js';
import { nodeOfLeaf } from '../../libs/mls/src/treeMath.js';
import { encryptionKeyOf } from '../../libs/mls/src/treeNode.js';
import { keyPackageRef } from '../../libs/mls/src/verifiedKeyPackage.js';
import { aeadDecrypt } from '#primitives';
import { assert, foreignSuite, hex, same } from './handler.js';
import type { Skipped } from './handler.js';

const none = new Uint8Array(0);

interface MessageProtection {
  cipher_suite: number;
  group_id: string;
  epoch: number;
  tree_hash: string;
  confirmed_transcript_hash: string;
  signature_priv: string;
  signature_pub: string;
  encryption_secret: string;
  sender_data_secret: string;
  membership_key: string;
  proposal: string;
  proposal_pub: string;
  proposal_priv: string;
  commit: string;
  commit_pub: string;
  commit_priv: string;
  application: string;
  application_priv: string;
}

const protectionSender = leafIndex(1);

export function messageProtection(entry: MessageProtection): Skipped {
  const skipped = foreignSuite(entry);
  if (skipped !== undefined) return skipped;
  const proposal: Content = { kind: 'proposal', proposal: decodeWith(decodeProposal, hex(entry.proposal)) };
  const commit: Content = { kind: 'commit', commit: decodeWith(decodeCommit, hex(entry.commit)) };
  const application: Content = { kind: 'application', data: hex(entry.application) };
  checkPublic(entry, entry.proposal_pub, entry.proposal, proposal);
  checkPublic(entry, entry.commit_pub, entry.commit, commit);
  checkPrivate(entry, entry.proposal_priv, entry.proposal, proposal);
  checkPrivate(entry, entry.commit_priv, entry.commit, commit);
  checkPrivate(entry, entry.application_priv, entry.application, application);
  return undefined;
}

function contextOf(
  entry: Pick<MessageProtection, 'cipher_suite' | 'group_id' | 'epoch' | 'tree_hash' | 'confirmed_transcript_hash'>,
): GroupContext {
  return {
    version: 1,
    cipherSuite: entry.cipher_suite,
    groupId: hex(entry.group_id),
    epoch: epochOf(entry.epoch),
    treeHash: hex(entry.tree_hash),
    confirmedTranscriptHash: hex(entry.confirmed_transcript_hash),
    extensions: [],
  };
}

function rawContent(content: Content): Uint8Array {
  if (content.kind === 'proposal') return encodeWith(encodeProposal, content.proposal);
  if (content.kind === 'commit') return encodeWith(encodeCommit, content.commit);
  return content.data;
}

function checkSignature(entry: MessageProtection, message: AuthenticatedContent): void {
  const tbs = framedContentTbs(message.wireFormat, message.content, contextOf(entry));
  assert.ok(verifyWithLabel(hex(entry.signature_pub), 'FramedContentTBS', tbs, message.auth.signature), 'signature');
}

/** Content of the sender, signed; a commit carries the confirmation tag that was given. */
function signed(
  entry: MessageProtection,
  wireFormat: 'publicMessage' | 'privateMessage',
  content: Content,
): AuthenticatedContent {
  const context = contextOf(entry);
  const sender = { kind: 'member', leaf: protectionSender } as const;
  const { groupId, epoch } = context;
  const framed = { groupId, epoch, sender, authenticatedData: none, content };
  const signature = signContentWith(createSigner(hex(entry.signature_priv)), wireFormat, framed, context);
  const confirmationTag = content.kind === 'commit' ? new Uint8Array(32) : undefined;
  return { wireFormat, content: framed, auth: { signature, confirmationTag } };
}

function checkPublic(entry: MessageProtection, encoded: string, raw: string, content: Content): void {
  const membershipKey = hex(entry.membership_key);
  const verify = (message: PublicMessage): void => {
    checkMembershipTag(membershipKey, message, contextOf(entry));
    checkSignature(entry, { wireFormat: 'publicMessage', content: message.content, auth: message.auth });
    same(rawContent(message.content.content), raw, 'public content');
  };
  verify(decodeMessageOf(hex(encoded), 'publicMessage'));
  const own = signed(entry, 'publicMessage', content);
  verify({ ...own, membershipTag: membershipTagOf(membershipKey, own, contextOf(entry)) });
}

function checkPrivate(entry: MessageProtection, encoded: string, raw: string, content: Content): void {
  const suite = suiteOf(entry.cipher_suite);
  const senderDataSecret = hex(entry.sender_data_secret);
  const newTree = (): SecretTree => SecretTree.start(suite, 2, hex(entry.encryption_secret), new RecordLog(), '');
  const kind = content.kind === 'application' ? 'application' : 'handshake';
  const open = (message: Parameters<typeof openSenderData>[1]): void => {
    const senderData = openSenderData(suite, message, senderDataSecret);
    assert.equal(senderData.leaf, protectionSender);
    const { keys } = newTree().ratchet(protectionSender, kind).use(senderData.generation);
    const opened = openContent(suite, message, senderData, keys);
    checkSignature(entry, opened);
    same(rawContent(opened.content.content), raw, 'private content');
  };
  open(decodeMessageOf(hex(encoded), 'privateMessage'));
  const own = signed(entry, 'privateMessage', content);
  const { keys } = newTree().ratchet(protectionSender, kind).use(0);
  open(protectPrivate(suite, own, { leaf: protectionSender, generation: 0 }, keys, senderDataSecret));
}

interface WelcomeEntry {
  cipher_suite: number;
  init_priv: string;
  signer_pub: string;
  key_package: string;
  welcome: string;
}

export function welcome(entry: WelcomeEntry): Skipped {
  const skipped = foreignSuite(entry);
  if (skipped !== undefined) return skipped;
  const suite = suiteOf(entry.cipher_suite);
  const keyPackage = decodeMessageOf(hex(entry.key_package), 'keyPackage');
  const message = decodeMessageOf(hex(entry.welcome), 'welcome');
  const ref = keyPackageRef(keyPackage);
  const secrets = message.secrets.find(({ newMember }) => equalBytes(newMember, ref));
  assert.ok(secrets, 'an entry for the KeyPackage');
  const pair = kemKeyPair(suite.kem, hex(entry.init_priv));
  const opened = decryptWithLabel(suite, pair, 'Welcome', message.encryptedGroupInfo, secrets.ciphertext);
  const { joinerSecret } = decodeWith(decodeGroupSecrets, opened);
  const memberSecret = memberSecretOf(joinerSecret, new Uint8Array(32));
  const { key, nonce } = welcomeKeys(memberSecret, suite);
  const info = decodeWith(decodeGroupInfo, aeadDecrypt(suite.aead, key, nonce, none, message.encryptedGroupInfo));
  assert.ok(verifyWithLabel(hex(entry.signer_pub), 'GroupInfoTBS', groupInfoTbs(info), info.signature), 'signature');
  const tag = confirmationTagOf(epochSecretsOf(memberSecret, info.context), info.context);
  assert.ok(equalBytes(tag, info.confirmationTag), 'confirmation tag');
  return undefined;
}

interface TreeKem {
  cipher_suite: number;
  group_id: string;
  epoch: number;
  confirmed_transcript_hash: string;
  ratchet_tree: string;
  leaves_private: {
    index: number;
    encryption_priv: string;
    signature_priv: string;
    path_secrets: { node: number; path_secret: string }[];
  }[];
  update_paths: {
    sender: number;
    update_path: string;
    path_secrets: (string | null)[];
    commit_secret: string;
    tree_hash_after: string;
  }[];
}

export function treeKem(entry: TreeKem): Skipped {
  const skipped = foreignSuite(entry);
  if (skipped !== undefined) return skipped;
  const tree = RatchetTree.decode(hex(entry.ratchet_tree));
  const keys = new Map(entry.leaves_private.map((leaf) => [leaf.index, privateKeysOf(entry, tree, leaf)]));
  for (const update of entry.update_paths) {
    checkGivenPath(entry, tree, keys, update);
    checkOwnPath(entry, tree, keys, update.sender);
  }
  return undefined;
}

function privateKeysOf(entry: TreeKem, tree: RatchetTree, leaf: TreeKem['leaves_private'][number]): PrivateKeys {
  const suite = suiteOf(entry.cipher_suite);
  const pairs: [NodeIndex, ReturnType<typeof nodeKeyPair>][] = [
    [nodeOfLeaf(leafIndex(leaf.index)), kemKeyPair(suite.kem, hex(leaf.encryption_priv))],
    ...leaf.path_secrets.map(({ node, path_secret: secret }): [NodeIndex, ReturnType<typeof nodeKeyPair>] => [
      nodeIndex(node),
      nodeKeyPair(entry.cipher_suite, hex(secret)),
    ]),
  ];
  for (const [at, { publicKey }] of pairs) {
    const node = tree.node(at);
    assert.ok(node !== undefined && equalBytes(encryptionKeyOf(node), publicKey), `private key of node ${String(at)}`);
  }
  return new Map(pairs.map(([at, { privateKey }]) => [at, privateKey]));
}

/** A commit of nothing but a path. */
function proposedBy(tree: RatchetTree, committer: LeafIndex): ProposedTransition {
  return { tree: tree.fork(), extensions: [], added: [], removed: [], updated: [], committer, proposals: [] };
}

function contextFor(entry: TreeKem, tree: RatchetTree): GroupContext {
  return {
    version: 1,
    cipherSuite: entry.cipher_suite,
    groupId: hex(entry.group_id),
    epoch: epochOf(entry.epoch),
    treeHash: tree.treeHash(),
    confirmedTranscriptHash: hex(entry.confirmed_transcript_hash),
    extensions: [],
  };
}

function merged(entry: TreeKem, tree: RatchetTree, committer: LeafIndex, path: UpdatePath): Transition {
  const proposed = proposedBy(tree, committer);
  const steps = proposed.tree.filteredDirectPath(committer);
  assert.equal(steps.length, path.nodes.length);
  proposed.tree.blankPath(committer);
  const hash = mergePathKeys(
    proposed.tree,
    steps,
    path.nodes.map(({ encryptionKey }) => encryptionKey),
  );
  const { source } = path.leafNode;
  assert.ok(source.kind === 'commit' && equalBytes(source.parentHash, hash), 'parent hash');
  proposed.tree.setLeaf(committer, path.leafNode);
  return { ...proposed, path, steps, provisional: contextFor(entry, proposed.tree) };
}

function checkGivenPath(
  entry: TreeKem,
  tree: RatchetTree,
  keys: ReadonlyMap<number, PrivateKeys>,
  update: TreeKem['update_paths'][number],
): void {
  const transition = merged(
    entry,
    tree,
    leafIndex(update.sender),
    decodeWith(decodeUpdatePath, hex(update.update_path)),
  );
  for (const [leaf, privateKeys] of keys) {
    if (leaf === update.sender) continue;
    const opened = openPath(transition, leafIndex(leaf), privateKeys);
    same(opened.commitSecret, update.commit_secret, 'commit_secret');
    const lowest = [...opened.privateKeys][0];
    const secret = update.path_secrets[leaf];
    assert.ok(lowest !== undefined && typeof secret === 'string');
    const { privateKey } = nodeKeyPair(entry.cipher_suite, hex(secret));
    assert.ok(equalBytes(lowest[1], privateKey), `path secret for leaf ${String(leaf)}`);
  }
  same(transition.tree.treeHash(), update.tree_hash_after, 'tree_hash_after');
}

function checkOwnPath(entry: TreeKem, tree: RatchetTree, keys: ReadonlyMap<number, PrivateKeys>, sender: number): void {
  const privateLeaf = entry.leaves_private.find(({ index }) => index === sender);
  assert.ok(privateLeaf);
  const signer = createSigner(hex(privateLeaf.signature_priv));
  const proposed = proposedBy(tree, leafIndex(sender));
  const created = createPath(proposed, entry.cipher_suite, hex(entry.group_id), signer, (after) =>
    contextFor(entry, after),
  );
  const state = { tree, context: contextFor(entry, tree), interimTranscriptHash: none };
  const finished = finishTransition(state, proposed, created.path, created.steps);
  const transition = { ...finished, provisional: contextFor(entry, finished.tree) };
  for (const [leaf, privateKeys] of keys) {
    if (leaf === sender) continue;
    const opened = openPath(transition, leafIndex(leaf), privateKeys);
    assert.ok(equalBytes(opened.commitSecret, created.commitSecret), 'own commit secret');
  }
}
