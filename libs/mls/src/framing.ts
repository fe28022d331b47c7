import { epochOf } from './brand.js';
import type { Epoch } from './brand.js';
import { encodeWith } from './codec.js';
import type { Decode, Encode, Reader } from './codec.js';
import { decodeCommit, encodeCommit } from './commit.js';
import type { Commit } from './commit.js';
import { encodeGroupContext } from './groupContext.js';
import type { GroupContext } from './groupContext.js';
import { mls10 } from './keyPackage.js';
import { decodeProposal, encodeProposal } from './proposal.js';
import type { Proposal } from './proposal.js';
import { broken, demand } from './rules.js';

/** IANA "MLS Wire Formats". */
export const wireFormats = { publicMessage: 1, privateMessage: 2, welcome: 3, groupInfo: 4, keyPackage: 5 } as const;

export type FramedWireFormat = 'publicMessage' | 'privateMessage';

export const contentTypes = { application: 1, proposal: 2, commit: 3 } as const;

export type ContentType = keyof typeof contentTypes;

/** RFC 9420 section 6; indexes as the message claims them. */
export type Sender =
  | { readonly kind: 'member'; readonly leaf: number }
  | { readonly kind: 'external'; readonly index: number }
  | { readonly kind: 'newMemberProposal' }
  | { readonly kind: 'newMemberCommit' };

const senderTypes = { member: 1, external: 2, newMemberProposal: 3, newMemberCommit: 4 } as const;

export type Content =
  | { readonly kind: 'application'; readonly data: Uint8Array }
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  | { readonly kind: 'commit'; readonly commit: Commit };

export interface FramedContent {
  readonly groupId: Uint8Array;
  readonly epoch: Epoch;
  readonly sender: Sender;
  readonly authenticatedData: Uint8Array;
  readonly content: Content;
}

/** RFC 9420 section 6.1; a commit has a confirmation tag, nothing else has. */
export interface FramedContentAuthData {
  readonly signature: Uint8Array;
  readonly confirmationTag: Uint8Array | undefined;
}

export interface AuthenticatedContent {
  readonly wireFormat: FramedWireFormat;
  readonly content: FramedContent;
  readonly auth: FramedContentAuthData;
}

/** RFC 9420 section 6.2; members have a membership tag, nobody else has. */
export interface PublicMessage {
  readonly content: FramedContent;
  readonly auth: FramedContentAuthData;
  readonly membershipTag: Uint8Array | undefined;
}

/** RFC 9420 section 6.3. */
export interface PrivateMessage {
  readonly groupId: Uint8Array;
  readonly epoch: Epoch;
  readonly contentType: ContentType;
  readonly authenticatedData: Uint8Array;
  readonly encryptedSenderData: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const encodeSender: Encode<Sender> = (writer, sender) => {
  writer.uint8(senderTypes[sender.kind]);
  if (sender.kind === 'member') writer.uint32(sender.leaf);
  if (sender.kind === 'external') writer.uint32(sender.index);
};

export const decodeSender: Decode<Sender> = (reader) => {
  const type = reader.uint8();
  if (type === senderTypes.member) return { kind: 'member', leaf: reader.uint32() };
  if (type === senderTypes.external) return { kind: 'external', index: reader.uint32() };
  if (type === senderTypes.newMemberProposal) return { kind: 'newMemberProposal' };
  if (type === senderTypes.newMemberCommit) return { kind: 'newMemberCommit' };
  throw broken('valn020105');
};

export const decodeContentType: Decode<ContentType> = (reader) => {
  const type = reader.uint8();
  if (type === contentTypes.application) return 'application';
  if (type === contentTypes.proposal) return 'proposal';
  if (type === contentTypes.commit) return 'commit';
  throw broken('valn020105');
};

/** The `select` over the content type, without the type in front. */
export const encodeContentBody: Encode<Content> = (writer, content) => {
  if (content.kind === 'application') writer.opaque(content.data);
  else if (content.kind === 'proposal') encodeProposal(writer, content.proposal);
  else encodeCommit(writer, content.commit);
};

export function decodeContentBody(reader: Reader, type: ContentType): Content {
  if (type === 'application') return { kind: type, data: reader.opaque() };
  if (type === 'proposal') return { kind: type, proposal: decodeProposal(reader) };
  return { kind: type, commit: decodeCommit(reader) };
}

/** Commits by their content: big, and encoded for signature, tags, transcript and message. */
const encodedCommits = new WeakMap<FramedContent, Uint8Array>();

export const encodeFramedContent: Encode<FramedContent> = (writer, framed) => {
  if (framed.content.kind !== 'commit') {
    encodeFields(writer, framed);
    return;
  }
  const encoded = encodedCommits.get(framed) ?? encodeWith(encodeFields, framed);
  encodedCommits.set(framed, encoded);
  writer.raw(encoded);
};

const encodeFields: Encode<FramedContent> = (writer, framed) => {
  writer.opaque(framed.groupId);
  writer.uint64(framed.epoch);
  encodeSender(writer, framed.sender);
  writer.opaque(framed.authenticatedData);
  writer.uint8(contentTypes[framed.content.kind]);
  encodeContentBody(writer, framed.content);
};

const decodeFramedContent: Decode<FramedContent> = (reader) => ({
  groupId: reader.opaque(),
  epoch: epochOf(reader.uint64()),
  sender: decodeSender(reader),
  authenticatedData: reader.opaque(),
  content: decodeContentBody(reader, decodeContentType(reader)),
});

export const encodeAuthData: Encode<FramedContentAuthData> = (writer, auth) => {
  writer.opaque(auth.signature);
  if (auth.confirmationTag !== undefined) writer.opaque(auth.confirmationTag);
};

export function decodeAuthData(reader: Reader, type: ContentType): FramedContentAuthData {
  return { signature: reader.opaque(), confirmationTag: type === 'commit' ? reader.opaque() : undefined };
}

export const encodeAuthenticatedContent: Encode<AuthenticatedContent> = (writer, { wireFormat, content, auth }) => {
  writer.uint16(wireFormats[wireFormat]);
  encodeFramedContent(writer, content);
  encodeAuthData(writer, auth);
};

export const decodeAuthenticatedContent: Decode<AuthenticatedContent> = (reader) => {
  const format = reader.uint16();
  demand(format === wireFormats.publicMessage || format === wireFormats.privateMessage, 'valn020105');
  const content = decodeFramedContent(reader);
  const wireFormat = format === wireFormats.publicMessage ? 'publicMessage' : 'privateMessage';
  return { wireFormat, content, auth: decodeAuthData(reader, content.content.kind) };
};

export const encodePublicMessage: Encode<PublicMessage> = (writer, message) => {
  encodeFramedContent(writer, message.content);
  encodeAuthData(writer, message.auth);
  if (message.membershipTag !== undefined) writer.opaque(message.membershipTag);
};

export const decodePublicMessage: Decode<PublicMessage> = (reader) => {
  const content = decodeFramedContent(reader);
  const auth = decodeAuthData(reader, content.content.kind);
  return { content, auth, membershipTag: content.sender.kind === 'member' ? reader.opaque() : undefined };
};

export const encodePrivateMessage: Encode<PrivateMessage> = (writer, message) => {
  writer.opaque(message.groupId);
  writer.uint64(message.epoch);
  writer.uint8(contentTypes[message.contentType]);
  writer.opaque(message.authenticatedData);
  writer.opaque(message.encryptedSenderData);
  writer.opaque(message.ciphertext);
};

export const decodePrivateMessage: Decode<PrivateMessage> = (reader) => ({
  groupId: reader.opaque(),
  epoch: epochOf(reader.uint64()),
  contentType: decodeContentType(reader),
  authenticatedData: reader.opaque(),
  encryptedSenderData: reader.opaque(),
  ciphertext: reader.opaque(),
});

/** What FramedContentTBS is made of. */
export interface ToBeSigned {
  readonly wireFormat: FramedWireFormat;
  readonly content: FramedContent;
  readonly context: GroupContext;
}

/** FramedContentTBS (RFC 9420 section 6.1): members and joiners sign the group context too. */
export const encodeFramedContentTbs: Encode<ToBeSigned> = (writer, { wireFormat, content, context }) => {
  writer.uint16(mls10);
  writer.uint16(wireFormats[wireFormat]);
  encodeFramedContent(writer, content);
  if (content.sender.kind === 'member' || content.sender.kind === 'newMemberCommit')
    encodeGroupContext(writer, context);
};

export const framedContentTbs = (
  wireFormat: FramedWireFormat,
  content: FramedContent,
  context: GroupContext,
): Uint8Array => encodeWith(encodeFramedContentTbs, { wireFormat, content, context });
