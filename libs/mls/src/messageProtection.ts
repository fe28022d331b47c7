import { aeadDecrypt, aeadEncrypt, aeadKeyLength, aeadNonceLength, equalBytes, randomBytes } from '#primitives';
import type { Signer } from '#primitives';

import type { LeafIndex } from './brand.js';
import { Reader, encodeWith } from './codec.js';
import type { Decode, Encode } from './codec.js';
import { expandWithLabel, mac, wipeAll } from './derivation.js';
import {
  contentTypes,
  decodeAuthData,
  decodeContentBody,
  encodeAuthData,
  encodeContentBody,
  encodeFramedContentTbs,
  framedContentTbs,
} from './framing.js';
import type {
  AuthenticatedContent,
  FramedContent,
  FramedContentAuthData,
  FramedWireFormat,
  PrivateMessage,
  PublicMessage,
} from './framing.js';
import type { GroupContext } from './groupContext.js';
import { padmeLength } from './padding.js';
import type { MessageKeys } from './ratchet.js';
import { demand } from './rules.js';
import { guarded, signWithLabel } from './sealing.js';
import { hashLength } from './suite.js';
import type { CipherSuite } from './suite.js';

/** RFC 9420 section 6.3.2. */
export interface SenderData {
  readonly leaf: number;
  readonly generation: number;
  readonly reuseGuard: Uint8Array;
}

const guardLength = 4;

/** The signature of RFC 9420 section 6.1. */
export function signContentWith(
  signer: Signer,
  wireFormat: FramedWireFormat,
  content: FramedContent,
  context: GroupContext,
): Uint8Array {
  return signWithLabel(signer, 'FramedContentTBS', framedContentTbs(wireFormat, content, context));
}

/** Handshake content that travels as PublicMessage, with its signature; the confirmation tag of a commit comes later. */
export function signHandshake(signer: Signer, content: FramedContent, context: GroupContext): AuthenticatedContent {
  const signature = signContentWith(signer, 'publicMessage', content, context);
  return { wireFormat: 'publicMessage', content, auth: { signature, confirmationTag: undefined } };
}

/** RFC 9420 section 6.2. */
export function membershipTagOf(key: Uint8Array, message: AuthenticatedContent, context: GroupContext): Uint8Array {
  const tbm = encodeWith((writer, { wireFormat, content, auth }) => {
    encodeFramedContentTbs(writer, { wireFormat, content, context });
    encodeAuthData(writer, auth);
  }, message);
  return mac(key, tbm);
}

/** @throws MlsError valn060201 */
export function checkMembershipTag(key: Uint8Array, message: PublicMessage, context: GroupContext): void {
  if (message.membershipTag === undefined) return;
  const expected = membershipTagOf(key, { wireFormat: 'publicMessage', ...message }, context);
  demand(equalBytes(expected, message.membershipTag), 'valn060201');
}

/** Key and nonce of the sender data (RFC 9420 section 6.3.2). */
export function senderDataKeys(suite: CipherSuite, senderDataSecret: Uint8Array, ciphertext: Uint8Array): MessageKeys {
  const sample = ciphertext.subarray(0, hashLength);
  return {
    key: expandWithLabel(senderDataSecret, 'key', sample, aeadKeyLength(suite.aead)),
    nonce: expandWithLabel(senderDataSecret, 'nonce', sample, aeadNonceLength),
  };
}

/** Encrypts signed content (RFC 9420 section 6.3); consumes the keys. */
export function protectPrivate(
  suite: CipherSuite,
  { content, auth }: AuthenticatedContent,
  sender: { readonly leaf: LeafIndex; readonly generation: number },
  keys: MessageKeys,
  senderDataSecret: Uint8Array,
): PrivateMessage {
  const reuseGuard = randomBytes(guardLength);
  const plaintext = encodePadded(content, auth);
  const header = { ...content, contentType: content.content.kind };
  const nonce = guardedNonce(keys.nonce, reuseGuard);
  const ciphertext = aeadEncrypt(suite.aead, keys.key, nonce, contentAad(header), plaintext);
  wipeAll(keys.key, keys.nonce, nonce, plaintext);
  const senderData = encodeWith(encodeSenderData, { ...sender, reuseGuard });
  const outer = senderDataKeys(suite, senderDataSecret, ciphertext);
  const encryptedSenderData = aeadEncrypt(suite.aead, outer.key, outer.nonce, senderDataAad(header), senderData);
  return {
    groupId: content.groupId,
    epoch: content.epoch,
    contentType: content.content.kind,
    authenticatedData: content.authenticatedData,
    encryptedSenderData,
    ciphertext,
  };
}

/** @throws MlsError `DECRYPTION_FAILED`, `MALFORMED` */
export function openSenderData(suite: CipherSuite, message: PrivateMessage, senderDataSecret: Uint8Array): SenderData {
  const { key, nonce } = senderDataKeys(suite, senderDataSecret, message.ciphertext);
  const aad = senderDataAad(message);
  const bytes = guarded(() => aeadDecrypt(suite.aead, key, nonce, aad, message.encryptedSenderData));
  const reader = new Reader(bytes);
  const senderData = decodeSenderData(reader);
  reader.end();
  return senderData;
}

/** Decrypts content whose sender data is known; its signature is still to be verified. Consumes the keys. @throws MlsError */
export function openContent(
  suite: CipherSuite,
  message: PrivateMessage,
  senderData: SenderData,
  keys: MessageKeys,
): AuthenticatedContent {
  const plaintext = decryptContent(suite, message, senderData, keys);
  try {
    const reader = new Reader(plaintext);
    const body = decodeContentBody(reader, message.contentType);
    const auth = decodeAuthData(reader, message.contentType);
    const isPadding = reader.rest().every((byte) => byte === 0);
    demand(isPadding, 'valn060301');
    const { groupId, epoch, authenticatedData } = message;
    const sender = { kind: 'member', leaf: senderData.leaf } as const;
    const content = { groupId, epoch, sender, authenticatedData, content: body };
    return { wireFormat: 'privateMessage', content, auth };
  } finally {
    wipeAll(plaintext);
  }
}

function decryptContent(
  suite: CipherSuite,
  message: PrivateMessage,
  { reuseGuard }: SenderData,
  keys: MessageKeys,
): Uint8Array {
  const nonce = guardedNonce(keys.nonce, reuseGuard);
  try {
    return guarded(() => aeadDecrypt(suite.aead, keys.key, nonce, contentAad(message), message.ciphertext));
  } finally {
    wipeAll(keys.key, keys.nonce, nonce);
  }
}

/** PrivateMessageContent (RFC 9420 section 6.3.1), padded to a Padmé length. */
function encodePadded({ content }: FramedContent, auth: FramedContentAuthData): Uint8Array {
  return encodeWith((writer, body) => {
    encodeContentBody(writer, body);
    encodeAuthData(writer, auth);
    writer.padTo(padmeLength(writer.size));
  }, content);
}

/** The reuse guard of RFC 9420 section 6.3.1. */
function guardedNonce(nonce: Uint8Array, guard: Uint8Array): Uint8Array {
  const guardedBytes = nonce.slice();
  for (const [i, byte] of guard.entries()) guardedBytes[i] = (guardedBytes[i] ?? 0) ^ byte;
  return guardedBytes;
}

type Header = Pick<PrivateMessage, 'groupId' | 'epoch' | 'contentType' | 'authenticatedData'>;

function senderDataAad(header: Header): Uint8Array {
  return encodeWith(encodeAadStart, header);
}

function contentAad(header: Header): Uint8Array {
  return encodeWith((writer, value) => {
    encodeAadStart(writer, value);
    writer.opaque(value.authenticatedData);
  }, header);
}

const encodeAadStart: Encode<Header> = (writer, { groupId, epoch, contentType }) => {
  writer.opaque(groupId);
  writer.uint64(epoch);
  writer.uint8(contentTypes[contentType]);
};

const encodeSenderData: Encode<SenderData> = (writer, { leaf, generation, reuseGuard }) => {
  writer.uint32(leaf);
  writer.uint32(generation);
  writer.raw(reuseGuard);
};

const decodeSenderData: Decode<SenderData> = (reader) => ({
  leaf: reader.uint32(),
  generation: reader.uint32(),
  reuseGuard: reader.raw(guardLength),
});
