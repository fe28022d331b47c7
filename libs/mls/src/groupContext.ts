import { epochOf } from './brand.js';
import type { Epoch } from './brand.js';
import { encodeWith } from './codec.js';
import type { Decode, Encode } from './codec.js';
import { decodeExtension, encodeExtension } from './extension.js';
import type { Extension } from './extension.js';
import { mls10 } from './keyPackage.js';
import { demand } from './rules.js';

/** RFC 9420 section 8.1. */
export interface GroupContext {
  readonly version: number;
  readonly cipherSuite: number;
  readonly groupId: Uint8Array;
  readonly epoch: Epoch;
  readonly treeHash: Uint8Array;
  readonly confirmedTranscriptHash: Uint8Array;
  readonly extensions: readonly Extension[];
}

export const encodeGroupContext: Encode<GroupContext> = (writer, context) => {
  writer.uint16(context.version);
  writer.uint16(context.cipherSuite);
  writer.opaque(context.groupId);
  writer.uint64(context.epoch);
  writer.opaque(context.treeHash);
  writer.opaque(context.confirmedTranscriptHash);
  writer.vector(context.extensions, encodeExtension);
};

export const decodeGroupContext: Decode<GroupContext> = (reader) => ({
  version: reader.uint16(),
  cipherSuite: reader.uint16(),
  groupId: reader.opaque(),
  epoch: epochOf(reader.uint64()),
  treeHash: reader.opaque(),
  confirmedTranscriptHash: reader.opaque(),
  extensions: reader.vector(decodeExtension),
});

/** What holds for every context, of a group that is joined and of each next epoch. @throws MlsError valn0801… */
export function checkContext({ version, epoch }: GroupContext): void {
  demand(version === mls10, 'valn080101');
  demand(epoch <= BigInt(Number.MAX_SAFE_INTEGER), 'valn080102');
}

export const groupContextBytes = (context: GroupContext): Uint8Array => encodeWith(encodeGroupContext, context);
