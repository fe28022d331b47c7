import { aeadDecrypt, equalBytes, kemKeyPair, randomBytes } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import { epochOf } from './brand.js';
import type { LeafIndex } from './brand.js';
import { decodeWith, encodeWith } from './codec.js';
import { checkContinuation, continuingPskOf } from './continuation.js';
import type { ContinuingPsk } from './continuation.js';
import { wipeAll } from './derivation.js';
import { checkContextExtensions, extensionTypes, findExtension } from './extension.js';
import type { Extension } from './extension.js';
import { checkGroupInfo } from './groupInfoValidation.js';
import { decodeGroupInfo } from './groupInfo.js';
import type { GroupInfo } from './groupInfo.js';
import { decodeGroupSecrets } from './groupSecrets.js';
import type { GroupSecrets } from './groupSecrets.js';
import { mls10 } from './keyPackage.js';
import type { KeyPackage } from './keyPackage.js';
import { createLeaf, lifetimeOf, signerOf } from './keyPackageCreation.js';
import type { KeyPackageSecrets } from './keyPackageCreation.js';
import { confirmationTagOf, epochSecretsOf, memberSecretOf, secretsOfEpoch, welcomeKeys } from './keySchedule.js';
import { encodeLeafNode } from './leafNode.js';
import { sameBytes } from './keySet.js';
import { checkAgainstContext } from './leafValidation.js';
import type { NextEpoch } from './memberState.js';
import { enterable } from './memberTransition.js';
import { pskSecret } from './psk.js';
import type { PskLookup } from './psk.js';
import { RatchetTree } from './ratchetTree.js';
import { restoring } from './restoring.js';
import { broken, demand } from './rules.js';
import { decryptWithLabel, guarded } from './sealing.js';
import { hashLength, suiteOf } from './suite.js';
import type { PublicState } from './transition.js';
import { welcomedPathKeys } from './treeKem.js';
import type { PrivateKeys } from './treeKem.js';
import { nodeOfLeaf } from './treeMath.js';
import { checkTree } from './treeValidation.js';
import { keyPackageRef } from './verifiedKeyPackage.js';
import type { Welcome } from './welcome.js';

const none = new Uint8Array(0);

export interface CreateInput {
  readonly suite: number;
  readonly groupId: Uint8Array;
  readonly identity: Uint8Array;
  readonly signatureKeyPair: SigningKeyPair;
  readonly extensions: readonly Extension[];
}

/** A group of one member at epoch 0 (RFC 9420 section 11). */
export function createEpoch({ suite, groupId, identity, signatureKeyPair, extensions }: CreateInput): NextEpoch {
  const signer = signerOf(signatureKeyPair);
  const { leafNode, leafPrivateKey } = createLeaf(suiteOf(suite), identity, signer, lifetimeOf({}));
  checkContextExtensions(extensions);
  checkAgainstContext(leafNode, extensions);
  const tree = RatchetTree.ofLeaf(leafNode);
  const epoch = epochOf(0);
  const treeHash = tree.treeHash();
  const context = {
    version: mls10,
    cipherSuite: suite,
    groupId,
    epoch,
    treeHash,
    confirmedTranscriptHash: none,
    extensions,
  };
  const ownLeaf = 0 as LeafIndex;
  const epochSecret = randomBytes(hashLength);
  const secrets = secretsOfEpoch(epochSecret);
  wipeAll(epochSecret);
  const confirmationTag = confirmationTagOf(secrets, context);
  const privateKeys = new Map([[nodeOfLeaf(ownLeaf), leafPrivateKey]]);
  return enterable({ ownLeaf }, { tree, context, privateKeys }, { secrets, confirmationTag });
}

export interface JoinInput {
  readonly welcome: Welcome;
  readonly keyPackage: KeyPackage;
  readonly secrets: KeyPackageSecrets;
  /** The ratchet tree, where the Welcome does not hold it. */
  readonly ratchetTree: Uint8Array | undefined;
  readonly psks: PskLookup;
  /** The group that the Welcome continues. */
  readonly from: ContinuedGroup | undefined;
  /** The longest accepted lifetime of a leaf in seconds. */
  readonly longestLifetime: number;
  /** Whether this device is in a group already. */
  readonly isMemberOf: (groupId: Uint8Array) => boolean;
}

/** A group and its resumption keys, as a group that continues it needs them. */
export interface ContinuedGroup {
  readonly state: PublicState;
  readonly psks: PskLookup;
}

/** Processes a Welcome (RFC 9420 section 12.4.3.1). @throws MlsError */
export function joinEpoch(input: JoinInput): NextEpoch {
  const groupSecrets = openGroupSecrets(input);
  const continues = checkPsks(groupSecrets, input.from);
  const psk = pskSecret(groupSecrets.psks, (id) => input.psks(id) ?? input.from?.psks(id));
  const memberSecret = memberSecretOf(groupSecrets.joinerSecret, psk);
  const info = openGroupInfo(input.welcome, memberSecret);
  const { context } = info;
  demand(context.cipherSuite === input.keyPackage.cipherSuite, 'valn120501');
  demand(!input.isMemberOf(context.groupId), 'valn120512');
  const tree = treeOf(info, input.ratchetTree);
  checkTree(tree, context, suiteOf(context.cipherSuite), input.longestLifetime);
  checkGroupInfo(info, tree);
  if (continues !== undefined) checkContinuation(continues.psk, context, tree, continues.from.state);
  const ownLeaf = findOwnLeaf(tree, input.keyPackage);
  const privateKeys = welcomedKeys(tree, info, ownLeaf, input.secrets, groupSecrets);
  const secrets = epochSecretsOf(memberSecret, context);
  wipeAll(memberSecret, psk, groupSecrets.joinerSecret, groupSecrets.pathSecret);
  demand(equalBytes(confirmationTagOf(secrets, context), info.confirmationTag), 'valn120508');
  const { confirmationTag } = info;
  return enterable({ ownLeaf }, { tree, context, privateKeys }, { secrets, confirmationTag });
}

function openGroupSecrets({ welcome, keyPackage, secrets }: JoinInput): GroupSecrets {
  demand(welcome.cipherSuite === keyPackage.cipherSuite, 'valn120501');
  const ref = keyPackageRef(keyPackage);
  const entry = welcome.secrets.find(({ newMember }) => sameBytes(newMember, ref));
  if (entry === undefined) throw broken('valn120501');
  const suite = suiteOf(welcome.cipherSuite);
  const pair = restoring(() => kemKeyPair(suite.kem, secrets.initPrivateKey));
  const plaintext = decryptWithLabel(suite, pair, 'Welcome', welcome.encryptedGroupInfo, entry.ciphertext);
  const groupSecrets = decodeWith(decodeGroupSecrets, plaintext);
  wipeAll(plaintext);
  return groupSecrets;
}

/** The keys of a Welcome, and what it continues: then it needs that very group, and only then. */
function checkPsks(
  { psks }: GroupSecrets,
  from: ContinuedGroup | undefined,
): { psk: ContinuingPsk; from: ContinuedGroup } | undefined {
  for (const { nonce } of psks) demand(nonce.length === hashLength, 'valn120102');
  const psk = continuingPskOf(psks);
  if (psk === undefined) {
    demand(from === undefined, 'valn120522');
    return undefined;
  }
  demand(from !== undefined && sameBytes(psk.groupId, from.state.context.groupId), 'valn120521');
  return { psk, from };
}

function openGroupInfo({ cipherSuite, encryptedGroupInfo }: Welcome, memberSecret: Uint8Array): GroupInfo {
  const suite = suiteOf(cipherSuite);
  const { key, nonce } = welcomeKeys(memberSecret, suite);
  const plaintext = guarded(() => aeadDecrypt(suite.aead, key, nonce, none, encryptedGroupInfo));
  wipeAll(key, nonce);
  return decodeWith(decodeGroupInfo, plaintext);
}

/** The ratchet tree of a GroupInfo, or the one beside it (RFC 9420 section 12.4.3.3). */
export function treeOf(info: GroupInfo, beside: Uint8Array | undefined): RatchetTree {
  const encoded = findExtension(info.extensions, extensionTypes.ratchetTree) ?? beside;
  if (encoded === undefined) throw broken('valn120509');
  return RatchetTree.decode(encoded);
}

function findOwnLeaf(tree: RatchetTree, { leafNode }: KeyPackage): LeafIndex {
  const own = encodeWith(encodeLeafNode, leafNode);
  for (const [index, leaf] of tree.members()) {
    if (sameBytes(leaf.encryptionKey, leafNode.encryptionKey) && sameBytes(encodeWith(encodeLeafNode, leaf), own))
      return index;
  }
  throw broken('valn120506');
}

function welcomedKeys(
  tree: RatchetTree,
  { context, signer }: GroupInfo,
  ownLeaf: LeafIndex,
  secrets: KeyPackageSecrets,
  { pathSecret }: GroupSecrets,
): PrivateKeys {
  const leafPair = restoring(() => kemKeyPair(suiteOf(context.cipherSuite).kem, secrets.leafPrivateKey));
  demand(sameBytes(leafPair.publicKey, tree.leaf(ownLeaf)?.encryptionKey ?? none), 'valn120506');
  const own = new Map([[nodeOfLeaf(ownLeaf), secrets.leafPrivateKey.slice()]]);
  if (pathSecret === undefined) return own;
  return new Map([...own, ...welcomedPathKeys(tree, signer as LeafIndex, ownLeaf, pathSecret, context)]);
}
