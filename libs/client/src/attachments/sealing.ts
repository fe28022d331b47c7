import { ATTACHMENT_CHUNK_BYTES, ATTACHMENT_CHUNK_OVERHEAD, ATTACHMENT_PIECE_BYTES } from '#contracts';
import { beginStream, sealChunk } from '#primitives';

import type { Source } from '../ports/files.js';
import { firstLink, nextLink } from './chain.js';
import type { Shape } from './shape.js';

/** How far a file is sealed. Stored after each window; from the same state the same file gives the same bytes. */
export interface SealingState {
  readonly chunks: number;
  /** Of the stream, before the next chunk. */
  readonly state: Uint8Array;
  readonly chain: Uint8Array;
  /** Sealed, and not yet taken. */
  readonly tail: Uint8Array;
}

export function beginSealing(key: Uint8Array): SealingState {
  const { header, state } = beginStream(key);
  return { chunks: 0, state, chain: firstLink(header), tail: header };
}

/** Room for a window and the chunk that reaches over its end: used again and again, so that garbage does not pile up. */
export const sealingBuffer = (): Uint8Array =>
  new Uint8Array(ATTACHMENT_PIECE_BYTES + ATTACHMENT_CHUNK_BYTES + ATTACHMENT_CHUNK_OVERHEAD);

/** The next bytes of the ciphertext, in `into`, at most `length` of them and none at its end, and the state behind them. */
export async function takeSealed(
  source: Source,
  shape: Shape,
  from: SealingState,
  length: number,
  into: Uint8Array,
): Promise<{ bytes: Uint8Array; after: SealingState }> {
  let { chunks, state, chain } = from;
  into.set(from.tail);
  let sealed = from.tail.length;
  for (; sealed < length && chunks < shape.chunks; chunks++) {
    const isLast = chunks === shape.chunks - 1;
    const next = sealChunk(state, await readPadded(source, shape, chunks), isLast);
    into.set(next.ciphertext, sealed);
    sealed += next.ciphertext.length;
    chain = nextLink(chain, next.ciphertext);
    state = next.state;
  }
  const end = Math.min(sealed, length);
  return { bytes: into.subarray(0, end), after: { chunks, state, chain, tail: into.slice(end, sealed) } };
}

/** Zeros behind the end of the file. */
async function readPadded(source: Source, shape: Shape, chunk: number): Promise<Uint8Array> {
  const start = shape.plainStart(chunk);
  const length = shape.plainLength(chunk);
  const inFile = Math.max(0, Math.min(length, shape.size - start));
  if (inFile === length) return source.read(start, length);
  const plaintext = new Uint8Array(length);
  if (inFile > 0) plaintext.set(await source.read(start, inFile));
  return plaintext;
}
