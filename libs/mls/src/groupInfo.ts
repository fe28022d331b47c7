import type { Decode, Encode } from './codec.js';
import { encodeWith } from './codec.js';
import { decodeExtension, encodeExtension } from './extension.js';
import type { Extension } from './extension.js';
import { decodeGroupContext, encodeGroupContext } from './groupContext.js';
import type { GroupContext } from './groupContext.js';

/** RFC 9420 section 12.4.3. `signer` is a leaf index as the message claims it. */
export interface GroupInfo {
  readonly context: GroupContext;
  readonly extensions: readonly Extension[];
  readonly confirmationTag: Uint8Array;
  readonly signer: number;
  readonly signature: Uint8Array;
}

export type GroupInfoContent = Omit<GroupInfo, 'signature'>;

const encodeContent: Encode<GroupInfoContent> = (writer, info) => {
  encodeGroupContext(writer, info.context);
  writer.vector(info.extensions, encodeExtension);
  writer.opaque(info.confirmationTag);
  writer.uint32(info.signer);
};

export const encodeGroupInfo: Encode<GroupInfo> = (writer, info) => {
  encodeContent(writer, info);
  writer.opaque(info.signature);
};

export const decodeGroupInfo: Decode<GroupInfo> = (reader) => ({
  context: decodeGroupContext(reader),
  extensions: reader.vector(decodeExtension),
  confirmationTag: reader.opaque(),
  signer: reader.uint32(),
  signature: reader.opaque(),
});

/** GroupInfoTBS (RFC 9420 section 12.4.3). */
export const groupInfoTbs = (content: GroupInfoContent): Uint8Array => encodeWith(encodeContent, content);
