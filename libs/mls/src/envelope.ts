import { Reader, decodeWith } from './codec.js';
import { decodeContentType, decodePrivateMessage, decodeSender, wireFormats } from './framing.js';
import type { ContentType } from './framing.js';
import { mls10 } from './keyPackage.js';
import { decodeMessageOf } from './message.js';
import { broken, demand } from './rules.js';

/** What a server may read of a message without any key. */
export interface MessageHeader {
  readonly wireFormat: 'private' | 'public';
  readonly groupId: Uint8Array;
  readonly epoch: number;
  readonly contentType: ContentType;
  readonly authenticatedData: Uint8Array;
  /** The leaf that a PublicMessage claims as its sender, not verified; undefined for non-members and PrivateMessage. */
  readonly senderLeaf?: number;
}

const headerLength = 4;

/**
 * The header of an MLSMessage that holds a PrivateMessage or a PublicMessage; nothing is verified, and the content of
 * a PublicMessage is not looked at. @throws MlsError `MALFORMED`
 */
export function envelopeOf(bytes: Uint8Array): MessageHeader {
  const reader = new Reader(bytes);
  demand(reader.uint16() === mls10, 'valn020105');
  const format = reader.uint16();
  if (format === wireFormats.privateMessage) return privateHeader(bytes.subarray(headerLength));
  if (format === wireFormats.publicMessage) return publicHeader(reader);
  throw broken('valn020105');
}

function privateHeader(body: Uint8Array): MessageHeader {
  const { groupId, epoch, contentType, authenticatedData } = decodeWith(decodePrivateMessage, body);
  return { wireFormat: 'private', groupId, epoch: Number(epoch), contentType, authenticatedData };
}

function publicHeader(reader: Reader): MessageHeader {
  const groupId = reader.opaque();
  const epoch = Number(reader.uint64());
  const sender = decodeSender(reader);
  const authenticatedData = reader.opaque();
  const contentType = decodeContentType(reader);
  const header = { wireFormat: 'public', groupId, epoch, contentType, authenticatedData } as const;
  return sender.kind === 'member' ? { ...header, senderLeaf: sender.leaf } : header;
}

/** The KeyPackageRefs to which an MLSMessage(Welcome) is addressed. @throws MlsError `MALFORMED` */
export function welcomeRecipients(bytes: Uint8Array): Uint8Array[] {
  return decodeMessageOf(bytes, 'welcome').secrets.map(({ newMember }) => newMember);
}
