import { fromBase64, PrimitivesError } from '#primitives';

/** What the server gives as base64; what is none is nothing, which has neither the right hash nor the right signature. */
export function bytesOrNothing(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (error) {
    if (!(error instanceof PrimitivesError)) throw error;
    return new Uint8Array();
  }
}
