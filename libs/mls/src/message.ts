import { decodeWith, encodeWith } from './codec.js';
import type { Decode, Encode } from './codec.js';
import {
  decodePrivateMessage,
  decodePublicMessage,
  encodePrivateMessage,
  encodePublicMessage,
  wireFormats,
} from './framing.js';
import type { PrivateMessage, PublicMessage } from './framing.js';
import { decodeGroupInfo, encodeGroupInfo } from './groupInfo.js';
import type { GroupInfo } from './groupInfo.js';
import { decodeKeyPackageBody, encodeKeyPackage, mls10 } from './keyPackage.js';
import type { KeyPackage } from './keyPackage.js';
import { broken, demand } from './rules.js';
import { decodeWelcome, encodeWelcome } from './welcome.js';
import type { Welcome } from './welcome.js';

interface MessageBodies {
  publicMessage: PublicMessage;
  privateMessage: PrivateMessage;
  welcome: Welcome;
  groupInfo: GroupInfo;
  keyPackage: KeyPackage;
}

type MessageOf<Kind extends keyof MessageBodies> = { readonly kind: Kind; readonly body: MessageBodies[Kind] };

/** RFC 9420 section 6. */
export type MlsMessage = { [Kind in keyof MessageBodies]: MessageOf<Kind> }[keyof MessageBodies];

const encodeMessageBody: Encode<MlsMessage> = (writer, message) => {
  switch (message.kind) {
    case 'publicMessage':
      encodePublicMessage(writer, message.body);
      break;
    case 'privateMessage':
      encodePrivateMessage(writer, message.body);
      break;
    case 'welcome':
      encodeWelcome(writer, message.body);
      break;
    case 'groupInfo':
      encodeGroupInfo(writer, message.body);
      break;
    case 'keyPackage':
      encodeKeyPackage(writer, message.body);
  }
};

export function encodeMessage(message: MlsMessage): Uint8Array {
  return encodeWith((writer, value) => {
    writer.uint16(mls10);
    writer.uint16(wireFormats[value.kind]);
    encodeMessageBody(writer, value);
  }, message);
}

const decodeMlsMessage: Decode<MlsMessage> = (reader) => {
  demand(reader.uint16() === mls10, 'valn020105');
  switch (reader.uint16()) {
    case wireFormats.publicMessage:
      return { kind: 'publicMessage', body: decodePublicMessage(reader) };
    case wireFormats.privateMessage:
      return { kind: 'privateMessage', body: decodePrivateMessage(reader) };
    case wireFormats.welcome:
      return { kind: 'welcome', body: decodeWelcome(reader) };
    case wireFormats.groupInfo:
      return { kind: 'groupInfo', body: decodeGroupInfo(reader) };
    case wireFormats.keyPackage:
      return { kind: 'keyPackage', body: decodeKeyPackageBody(reader) };
    default:
      throw broken('valn020105');
  }
};

/** @throws MlsError `MALFORMED` */
export const decodeMessage = (bytes: Uint8Array): MlsMessage => decodeWith(decodeMlsMessage, bytes);

/** The body of one kind of message. @throws MlsError `MALFORMED` */
export function decodeMessageOf<Kind extends keyof MessageBodies>(bytes: Uint8Array, kind: Kind): MessageBodies[Kind] {
  const message = decodeMessage(bytes);
  demand(isOfKind(message, kind), 'valn020105');
  return message.body;
}

function isOfKind<Kind extends keyof MessageBodies>(
  message: MlsMessage,
  kind: Kind,
): message is MessageOf<Kind> & MlsMessage {
  return message.kind === kind;
}
