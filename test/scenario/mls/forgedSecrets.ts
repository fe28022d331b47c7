import { aeadDecrypt, aeadEncrypt, randomBytes } from '#primitives';
import type { Signer } from '#primitives';

import { encodeWith } from '../../../libs/mls/src/codec.js';
import type { UpdatePath } from '../../../libs/mls/src/commit.js';
import { openSenderData, protectPrivate, signContentWith } from '../../../libs/mls/src/messageProtection.js';
import { EpochStore } from '../../../libs/mls/src/epochStore.js';
import { contentTypes } from '../../../libs/mls/src/framing.js';
import type { FramedContent, PrivateMessage } from '../../../libs/mls/src/framing.js';
import type { GroupContext } from '../../../libs/mls/src/groupContext.js';
import { groupContextBytes } from '../../../libs/mls/src/groupContext.js';
import { encodeGroupInfo } from '../../../libs/mls/src/groupInfo.js';
import type { GroupInfo } from '../../../libs/mls/src/groupInfo.js';
import { createGroupInfo } from '../../../libs/mls/src/groupInfoCreation.js';
import { encodeGroupSecrets } from '../../../libs/mls/src/groupSecrets.js';
import type { KeyPackage } from '../../../libs/mls/src/keyPackage.js';
import { memberSecretOf, welcomeKeys } from '../../../libs/mls/src/keySchedule.js';
import { schedule } from '../../../libs/mls/src/memberTransition.js';
import { decodeMessageOf, encodeMessage } from '../../../libs/mls/src/message.js';
import type { PreSharedKeyId } from '../../../libs/mls/src/preSharedKey.js';
import type { Proposal } from '../../../libs/mls/src/proposal.js';
import { ProposalStore } from '../../../libs/mls/src/proposalStore.js';
import type { SentProposal } from '../../../libs/mls/src/proposalStore.js';
import { pskSecret } from '../../../libs/mls/src/psk.js';
import { RecordLog } from '../../../libs/mls/src/recordLog.js';
import { encryptWithLabel } from '../../../libs/mls/src/sealing.js';
import { suiteOf } from '../../../libs/mls/src/suite.js';
import { finishTransition, pathRecipients, propose, receiveTransition } from '../../../libs/mls/src/transition.js';
import { createPath } from '../../../libs/mls/src/treeKem.js';
import { encryptionKeyOf } from '../../../libs/mls/src/treeNode.js';
import { keyPackageRef } from '../../../libs/mls/src/verifiedKeyPackage.js';
import { createWelcome } from '../../../libs/mls/src/welcomeCreation.js';
import type { Forger } from './forger.js';

/** A path whose secrets are well encrypted, but are not those of its public keys. */
export function pathWithForeignSecrets({ state }: Forger, path: UpdatePath): UpdatePath {
  const content = { committer: state.ownLeaf, commit: { proposals: [], path } };
  const transition = receiveTransition(state, content, new ProposalStore(), undefined);
  const context = groupContextBytes(transition.provisional);
  const suite = suiteOf(state.context.cipherSuite);
  const nodes = path.nodes.map((node, i) => {
    const step = transition.steps[i];
    const recipients = step === undefined ? [] : pathRecipients(transition, step);
    const encryptedPathSecrets = recipients.map((at) => {
      const recipient = transition.tree.node(at);
      if (recipient === undefined) throw new Error('a recipient');
      return encryptWithLabel(suite, encryptionKeyOf(recipient), 'UpdatePathNode', context, randomBytes(32));
    });
    return { ...node, encryptedPathSecrets };
  });
  return { ...path, nodes };
}

export interface WelcomeFaults {
  readonly confirmationTag?: Uint8Array;
  readonly pathSecrets?: readonly Uint8Array[];
  /** Welcome this KeyPackage, though another one is added. */
  readonly welcomed?: KeyPackage;
  /** Added too. */
  readonly others?: readonly KeyPackage[];
  readonly psks?: readonly { readonly id: PreSharedKeyId; readonly secret: Uint8Array }[];
  readonly context?: Partial<GroupContext>;
  readonly withoutTree?: boolean;
  /** Signs the GroupInfo in the name of the forger. */
  readonly signedBy?: Signer;
}

/** A Welcome that is right but for its faults. */
export function forgeWelcome(
  { state, signer }: Pick<Forger, 'state' | 'signer'>,
  keyPackage: KeyPackage,
  faults: WelcomeFaults,
): Uint8Array {
  const { context, ownLeaf } = state;
  const { others = [], psks = [] } = faults;
  const sender = { kind: 'member', leaf: ownLeaf } as const;
  const sent = (proposal: Proposal): SentProposal => ({ proposal, sender, ref: undefined });
  const adds = [keyPackage, ...others].map((added) => sent({ kind: 'add', keyPackage: added }));
  const proposed = propose(state, ownLeaf, adds, undefined);
  const path = createPath(proposed, context.cipherSuite, context.groupId, signer, () => context);
  const transition = finishTransition(state, proposed, path.path, path.steps);
  const after = { ...transition.provisional, confirmedTranscriptHash: randomBytes(32), ...faults.context };
  const ids = psks.map(({ id }) => id);
  const psk = pskSecret(ids, (wanted) => psks.find(({ id }) => id === wanted)?.secret);
  const scheduled = schedule(state.secrets.initSecret, path.commitSecret, psk, after);
  const confirmationTag = faults.confirmationTag ?? scheduled.confirmationTag;
  const epoch = { tree: transition.tree, context: after, confirmationTag, ownLeaf };
  const info = createGroupInfo(epoch, faults.signedBy ?? signer, faults.withoutTree !== true);
  const recipients = transition.added.map((member) => ({
    ...member,
    keyPackage: faults.welcomed ?? member.keyPackage,
  }));
  const spoiled = { ...path, pathSecrets: faults.pathSecrets ?? path.pathSecrets };
  const proposals = ids.map((id) => sent({ kind: 'psk', psk: id }));
  const welcome = createWelcome({ ...transition, added: recipients, proposals }, info, scheduled, spoiled);
  return encodeMessage({ kind: 'welcome', body: welcome });
}

/** A Welcome of the KeyPackage's suite around any GroupInfo. */
export function welcomeAround(keyPackage: KeyPackage, info: GroupInfo): Uint8Array {
  const suite = suiteOf(keyPackage.cipherSuite);
  const joinerSecret = randomBytes(32);
  const { key, nonce } = welcomeKeys(memberSecretOf(joinerSecret, new Uint8Array(32)), suite);
  const encryptedGroupInfo = aeadEncrypt(suite.aead, key, nonce, new Uint8Array(0), encodeWith(encodeGroupInfo, info));
  const plaintext = encodeWith(encodeGroupSecrets, { joinerSecret, pathSecret: undefined, psks: [] });
  const ciphertext = encryptWithLabel(suite, keyPackage.initKey, 'Welcome', encryptedGroupInfo, plaintext);
  const secrets = [{ newMember: keyPackageRef(keyPackage), ciphertext }];
  return encodeMessage({ kind: 'welcome', body: { cipherSuite: suite.id, secrets, encryptedGroupInfo } });
}

export interface PrivateFaults {
  /** The leaf in the sender data; the keys are still the forger's own. */
  readonly leaf?: number;
  readonly generation?: number;
}

/** A PrivateMessage with real keys of the forger's next generation and faulty sender data. */
export function forgePrivate(forger: Forger, data: Uint8Array, { leaf, generation }: PrivateFaults): Uint8Array {
  const { state, signer, device } = forger;
  const epochs = EpochStore.restore(device.copyOfDisk(), new RecordLog());
  const epoch = epochs.keysOf(state.context.epoch, state.context.epoch);
  const ratchet = epoch.secretTree.ratchet(state.ownLeaf, 'application');
  const { keys } = ratchet.use(ratchet.generation);
  const { groupId, epoch: number } = state.context;
  const sender = { kind: 'member', leaf: state.ownLeaf } as const;
  const content: FramedContent = {
    groupId,
    epoch: number,
    sender,
    authenticatedData: new Uint8Array(0),
    content: { kind: 'application', data },
  };
  const signature = signContentWith(signer, 'privateMessage', content, state.context);
  const message = { wireFormat: 'privateMessage', content, auth: { signature, confirmationTag: undefined } } as const;
  const claimed = {
    leaf: (leaf ?? state.ownLeaf) as typeof state.ownLeaf,
    generation: generation ?? ratchet.generation,
  };
  const body = protectPrivate(suiteOf(state.context.cipherSuite), message, claimed, keys, epoch.senderDataSecret);
  return encodeMessage({ kind: 'privateMessage', body });
}

/** A PrivateMessage of the forger whose last byte of padding is not zero. */
export function forgePadding(forger: Forger, data: Uint8Array): Uint8Array {
  const { state, device } = forger;
  const message = decodeMessageOf(forgePrivate(forger, data, {}), 'privateMessage');
  const { aead } = suiteOf(state.context.cipherSuite);
  const epochs = EpochStore.restore(device.copyOfDisk(), new RecordLog());
  const epoch = epochs.keysOf(state.context.epoch, state.context.epoch);
  const senderData = openSenderData(suiteOf(state.context.cipherSuite), message, epoch.senderDataSecret);
  const { keys } = epoch.secretTree.ratchet(state.ownLeaf, 'application').use(senderData.generation);
  const nonce = keys.nonce.map((byte, i) => byte ^ (senderData.reuseGuard[i] ?? 0));
  const aad = encodeWith(encodeContentAad, message);
  const plaintext = aeadDecrypt(aead, keys.key, nonce, aad, message.ciphertext);
  plaintext[plaintext.length - 1] = 1;
  const ciphertext = aeadEncrypt(aead, keys.key, nonce, aad, plaintext);
  return encodeMessage({ kind: 'privateMessage', body: { ...message, ciphertext } });
}

function encodeContentAad(writer: Parameters<Parameters<typeof encodeWith>[0]>[0], message: PrivateMessage): void {
  writer.opaque(message.groupId);
  writer.uint64(message.epoch);
  writer.uint8(contentTypes[message.contentType]);
  writer.opaque(message.authenticatedData);
}
