import {
  ATTACHMENT_CHUNK_BYTES,
  ATTACHMENT_CHUNK_OVERHEAD,
  ATTACHMENT_HEADER_BYTES,
  ATTACHMENT_MAX_PLAINTEXT,
} from '#contracts';

/** A file's length is padded to at least this, and to a multiple of 16 for the stream. */
const LEAST_BYTES = 1024;
const GRANULE = 16;
const SEALED_CHUNK = ATTACHMENT_CHUNK_BYTES + ATTACHMENT_CHUNK_OVERHEAD;

/** How many whole chunks an answer of so many bytes carries, with the header before them: one at least. */
export const chunksWithin = (bytes: number): number =>
  Math.max(1, Math.floor((bytes - ATTACHMENT_HEADER_BYTES) / SEALED_CHUNK));

/** How a file of a size is laid out; everything follows from the size, so that the server can't choose any of it. */
export class Shape {
  /** Plaintext with its padding. */
  readonly padded: number;
  readonly chunks: number;
  /** The whole ciphertext. */
  readonly sealed: number;

  constructor(readonly size: number) {
    this.padded = Math.min(paddedLength(size), ATTACHMENT_MAX_PLAINTEXT);
    this.chunks = Math.ceil(this.padded / ATTACHMENT_CHUNK_BYTES);
    this.sealed = ATTACHMENT_HEADER_BYTES + this.padded + this.chunks * ATTACHMENT_CHUNK_OVERHEAD;
  }

  /** Where the plaintext of a chunk begins. */
  plainStart(chunk: number): number {
    return chunk * ATTACHMENT_CHUNK_BYTES;
  }

  /** Plaintext of a chunk, padding included. */
  plainLength(chunk: number): number {
    return Math.min(ATTACHMENT_CHUNK_BYTES, this.padded - this.plainStart(chunk));
  }

  /** Where the ciphertext of a chunk begins. */
  sealedStart(chunk: number): number {
    return Math.min(ATTACHMENT_HEADER_BYTES + chunk * SEALED_CHUNK, this.sealed);
  }
}

/**
 * Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", section 4): at most 12 % more, and only
 * O(log log n) bits of the length are left to see.
 */
function paddedLength(size: number): number {
  const length = Math.max(size, LEAST_BYTES);
  const exponent = Math.floor(Math.log2(length));
  const step = Math.max(2 ** (exponent - Math.floor(Math.log2(exponent)) - 1), GRANULE);
  return Math.ceil(length / step) * step;
}
