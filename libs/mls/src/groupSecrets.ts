import { decodeOpaque, encodeOpaque } from './codec.js';
import type { Decode, Encode } from './codec.js';
import { decodePreSharedKeyId, encodePreSharedKeyId } from './preSharedKey.js';
import type { PreSharedKeyId } from './preSharedKey.js';

/** RFC 9420 section 12.4.3.1: what a Welcome tells one new member. */
export interface GroupSecrets {
  readonly joinerSecret: Uint8Array;
  readonly pathSecret: Uint8Array | undefined;
  readonly psks: readonly PreSharedKeyId[];
}

export const encodeGroupSecrets: Encode<GroupSecrets> = (writer, secrets) => {
  writer.opaque(secrets.joinerSecret);
  writer.optional(secrets.pathSecret, encodeOpaque);
  writer.vector(secrets.psks, encodePreSharedKeyId);
};

export const decodeGroupSecrets: Decode<GroupSecrets> = (reader) => ({
  joinerSecret: reader.opaque(),
  pathSecret: reader.optional(decodeOpaque),
  psks: reader.vector(decodePreSharedKeyId),
});
