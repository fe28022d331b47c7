import type { Signer } from '#primitives';

import type { LeafIndex } from './brand.js';
import { framed } from './commitCreation.js';
import { identityOf } from './credential.js';
import type { EpochKeys, EpochStore } from './epochStore.js';
import { framedContentTbs } from './framing.js';
import type { AuthenticatedContent, PrivateMessage } from './framing.js';
import type { LeafNode } from './leafNode.js';
import { sameBytes } from './keySet.js';
import { verifyWithLabel } from './labels.js';
import type { MemberState } from './memberState.js';
import { encodeMessage } from './message.js';
import { openContent, openSenderData, protectPrivate, signContentWith } from './messageProtection.js';
import { broken, demand } from './rules.js';
import { suiteOf } from './suite.js';

export interface DecryptedMessage {
  readonly plaintext: Uint8Array;
  readonly authenticatedData: Uint8Array;
  readonly sender: LeafIndex;
  /** Of the sender, as it was in the epoch of the message. */
  readonly identity: Uint8Array;
  readonly epoch: number;
  readonly generation: number;
}

interface OpenedMessage {
  readonly content: AuthenticatedContent;
  readonly leaf: LeafNode;
  readonly sender: LeafIndex;
  readonly generation: number;
}

/** Signs and encrypts application data under the next generation of this device (RFC 9420 section 6.3). */
export function encryptApplication(
  state: MemberState,
  epochs: EpochStore,
  signer: Signer,
  data: Uint8Array,
  authenticatedData: Uint8Array,
): Uint8Array {
  const { context, ownLeaf } = state;
  const epoch = epochs.keysOf(context.epoch, context.epoch);
  const content = framed(state, { kind: 'application', data }, authenticatedData);
  const signature = signContentWith(signer, 'privateMessage', content, context);
  const message = { wireFormat: 'privateMessage', content, auth: { signature, confirmationTag: undefined } } as const;
  const ratchet = epoch.secretTree.ratchet(ownLeaf, 'application');
  const { generation } = ratchet;
  const { keys, next } = ratchet.use(generation);
  const suite = suiteOf(context.cipherSuite);
  const sealed = protectPrivate(suite, message, { leaf: ownLeaf, generation }, keys, epoch.senderDataSecret);
  epoch.secretTree.advance(ownLeaf, 'application', next);
  return encodeMessage({ kind: 'privateMessage', body: sealed });
}

/** @throws MlsError */
export function decryptApplication(state: MemberState, epochs: EpochStore, message: PrivateMessage): DecryptedMessage {
  demand(message.contentType === 'application', 'valn060105');
  const { content, leaf, sender, generation } = openPrivate(state, epochs, message);
  const body = content.content.content;
  if (body.kind !== 'application') throw broken('valn060105');
  return {
    plaintext: body.data,
    authenticatedData: content.content.authenticatedData,
    sender,
    identity: identityOf(leaf.credential),
    epoch: Number(message.epoch),
    generation,
  };
}

/**
 * Decrypts and verifies a PrivateMessage. Its keys are consumed only if all of it is right, so that a forged message
 * can't take the place of an honest one.
 */
export function openPrivate(state: MemberState, epochs: EpochStore, message: PrivateMessage): OpenedMessage {
  const { context } = state;
  demand(sameBytes(message.groupId, context.groupId), 'valn060001');
  const epoch = epochs.keysOf(message.epoch, context.epoch);
  const suite = suiteOf(context.cipherSuite);
  const senderData = openSenderData(suite, message, epoch.senderDataSecret);
  const { sender, leaf } = senderOf(senderData.leaf, epoch, epochs, state);
  const kind = message.contentType === 'application' ? 'application' : 'handshake';
  const ratchet = epoch.secretTree.ratchet(sender, kind);
  const { keys, next } = ratchet.use(senderData.generation);
  try {
    const content = openContent(suite, message, senderData, keys);
    const tbs = framedContentTbs('privateMessage', content.content, epoch.context);
    demand(verifyWithLabel(leaf.signatureKey, 'FramedContentTBS', tbs, content.auth.signature), 'valn060101');
    epoch.secretTree.advance(sender, kind, next);
    return { content, leaf, sender, generation: senderData.generation };
  } catch (error) {
    next.retire(ratchet);
    throw error;
  }
}

function senderOf(
  claimed: number,
  epoch: EpochKeys,
  epochs: EpochStore,
  { tree, context }: MemberState,
): { sender: LeafIndex; leaf: LeafNode } {
  const sender = claimed as LeafIndex;
  const current = { tree, epoch: context.epoch };
  const leaf = claimed < epoch.leafCount ? epochs.leafAt(sender, epoch.context.epoch, current) : undefined;
  if (leaf === undefined) throw broken('valn060302');
  return { sender, leaf };
}
