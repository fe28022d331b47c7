import { concatBytes, sha256 } from '#primitives/verify';

import { encodeOpaque, encodeWith } from './codec.js';
import { encodeFramedContent, wireFormats } from './framing.js';
import type { AuthenticatedContent } from './framing.js';

/** ConfirmedTranscriptHashInput, hashed after the interim hash of the epoch before (RFC 9420 section 8.2). */
export function confirmedTranscriptHash(interimBefore: Uint8Array, commit: AuthenticatedContent): Uint8Array {
  const input = encodeWith((writer, { wireFormat, content, auth }) => {
    writer.raw(interimBefore);
    writer.uint16(wireFormats[wireFormat]);
    encodeFramedContent(writer, content);
    writer.opaque(auth.signature);
  }, commit);
  return sha256(input);
}

/** RFC 9420 section 8.2. */
export function interimTranscriptHash(confirmed: Uint8Array, confirmationTag: Uint8Array): Uint8Array {
  return sha256(concatBytes(confirmed, encodeWith(encodeOpaque, confirmationTag)));
}
