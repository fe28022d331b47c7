import { aeadEncrypt } from '#primitives';

import { encodeWith } from '../../libs/mls/src/codec.js';
import { EpochStore } from '../../libs/mls/src/epochStore.js';
import type { EpochKeys } from '../../libs/mls/src/epochStore.js';
import { extensionTypes } from '../../libs/mls/src/extension.js';
import type { FramedContent } from '../../libs/mls/src/framing.js';
import { encodeGroupInfo, groupInfoTbs } from '../../libs/mls/src/groupInfo.js';
import type { GroupInfo } from '../../libs/mls/src/groupInfo.js';
import { encodeGroupSecrets } from '../../libs/mls/src/groupSecrets.js';
import type { GroupSecrets } from '../../libs/mls/src/groupSecrets.js';
import type { KeyPackage } from '../../libs/mls/src/keyPackage.js';
import { confirmationTagOf, epochSecretsOf, memberSecretOf, welcomeKeys } from '../../libs/mls/src/keySchedule.js';
import { decodeMessageOf, encodeMessage } from '../../libs/mls/src/message.js';
import { protectPrivate, signContentWith } from '../../libs/mls/src/messageProtection.js';
import { RatchetTree } from '../../libs/mls/src/ratchetTree.js';
import { RecordLog } from '../../libs/mls/src/recordLog.js';
import { encryptWithLabel, signWithLabel } from '../../libs/mls/src/sealing.js';
import { suiteOf } from '../../libs/mls/src/suite.js';
import type { TreeNode } from '../../libs/mls/src/treeNode.js';
import { keyPackageRef } from '../../libs/mls/src/verifiedKeyPackage.js';
import type { Forger } from '../scenario/mls/forger.js';
import type { Random } from '../scenario/mls/random.js';
import { encodeNodes } from './decoders.js';
import { forgerOf, leafPlace, signAgain, signedLeaf } from './forge.js';
import type { World } from './world.js';

const none = new Uint8Array(0);

/** Content that a bad member encrypts, under sender data of its choice. */
export interface Secret {
  readonly from: number;
  readonly content: FramedContent;
  readonly leaf: number;
  /** Further than the next one. */
  readonly ahead: number;
}

const messageKeys = new WeakMap<Forger, EpochKeys>();

function keysOf(forger: Forger): EpochKeys {
  const known = messageKeys.get(forger);
  if (known !== undefined) return known;
  const { epoch } = forger.state.context;
  const keys = EpochStore.restore(forger.device.copyOfDisk(), new RecordLog()).keysOf(epoch, epoch);
  messageKeys.set(forger, keys);
  return keys;
}

/** MLSMessage(PrivateMessage) with real keys of the forger. */
export function forgePrivateOf(world: World, { from, content, leaf, ahead }: Secret): Uint8Array {
  const forger = forgerOf(world, from);
  const { context, ownLeaf } = forger.state;
  const { secretTree, senderDataSecret } = keysOf(forger);
  const signature = signContentWith(forger.signer, 'privateMessage', content, context);
  const confirmationTag = content.content.kind === 'commit' ? new Uint8Array(32) : undefined;
  const message = { wireFormat: 'privateMessage', content, auth: { signature, confirmationTag } } as const;
  const ratchet = secretTree.ratchet(ownLeaf, content.content.kind === 'application' ? 'application' : 'handshake');
  const generation = ratchet.generation + ahead;
  const { keys } = ratchet.use(ahead <= 8 ? generation : ratchet.generation);
  const claimed = { leaf: leafPlace(none, leaf).index, generation: generation >>> 0 };
  const body = protectPrivate(suiteOf(context.cipherSuite), message, claimed, keys, senderDataSecret);
  return encodeMessage({ kind: 'privateMessage', body });
}

/** An Add of a mutated KeyPackage, all signed. */
export function forgeKeyPackageOf(world: World, keyPackage: KeyPackage): Uint8Array {
  const signed = signAgain(keyPackage, world.signers, leafPlace(none, 0));
  return forgerOf(world, 0).proposal({ kind: 'add', keyPackage: signed });
}

/** A GroupInfo whose tree is taken apart; `secrets` is what a Welcome with it tells. */
export interface OpenGroupInfo {
  readonly info: GroupInfo;
  readonly nodes: readonly (TreeNode | undefined)[];
  readonly secrets: GroupSecrets;
}

/** MLSMessage(GroupInfo) by a member that made up the tree. */
export function forgeGroupInfo(world: World, open: OpenGroupInfo, random: Random): Uint8Array {
  return encodeMessage({ kind: 'groupInfo', body: signedInfo(world, assembled(world, open, random)) });
}

/** MLSMessage(Welcome) with such a GroupInfo, of which every tag is right. */
export function forgeWelcomeOf(world: World, open: OpenGroupInfo, random: Random): Uint8Array {
  const suite = suiteOf(world.suite);
  const keyPackage = decodeMessageOf(world.joiner.offered.keyPackage, 'keyPackage');
  const memberSecret = memberSecretOf(open.secrets.joinerSecret, new Uint8Array(32));
  const info = assembled(world, open, random);
  const secretsOfEpoch = epochSecretsOf(memberSecret, info.context);
  const confirmationTag = random.chance(0.9) ? confirmationTagOf(secretsOfEpoch, info.context) : info.confirmationTag;
  const { key, nonce } = welcomeKeys(memberSecret, suite);
  const plain = encodeWith(encodeGroupInfo, signedInfo(world, { ...info, confirmationTag }));
  const encryptedGroupInfo = aeadEncrypt(suite.aead, key, nonce, none, plain);
  const groupSecrets = encodeWith(encodeGroupSecrets, open.secrets);
  const ciphertext = encryptWithLabel(suite, keyPackage.initKey, 'Welcome', encryptedGroupInfo, groupSecrets);
  const secrets = [{ newMember: keyPackageRef(keyPackage), ciphertext }];
  return encodeMessage({ kind: 'welcome', body: { cipherSuite: suite.id, secrets, encryptedGroupInfo } });
}

/** Signs leaves again, and mostly puts the hash of the tree where it belongs. */
function assembled({ signers }: World, { info, nodes }: OpenGroupInfo, random: Random): GroupInfo {
  const { context } = info;
  const signed = nodes.map((node, at): TreeNode | undefined => {
    if (node?.kind !== 'leaf' || !random.chance(0.9)) return node;
    return { kind: 'leaf', leaf: signedLeaf(node.leaf, signers, leafPlace(context.groupId, at / 2)) };
  });
  const data = encodeNodes(signed);
  const treeHash = random.chance(0.95) ? (hashOf(data) ?? context.treeHash) : context.treeHash;
  const others = info.extensions.filter(({ type }) => type !== extensionTypes.ratchetTree);
  return {
    ...info,
    context: { ...context, treeHash },
    extensions: [{ type: extensionTypes.ratchetTree, data }, ...others],
  };
}

function hashOf(tree: Uint8Array): Uint8Array | undefined {
  try {
    return RatchetTree.decode(tree).treeHash();
  } catch {
    return undefined; // not a tree any more
  }
}

function signedInfo(world: World, info: GroupInfo): GroupInfo {
  const { signer } = forgerOf(world, 0);
  return { ...info, signature: signWithLabel(signer, 'GroupInfoTBS', groupInfoTbs(info)) };
}
