import type { Readable } from 'node:stream';

/** What a piece of a blob should have in bytes, the last one aside; pieces may have less, at a cost (see `append`). */
export const BLOB_PART_BYTES = 5 * 1024 * 1024;

/** A folder and a name. Nothing in it can mean a path, whatever stands behind the port. */
const KEY = /^[a-z]{1,30}\/[0-9a-z][0-9a-z-]{1,98}$/;

/**
 * How much of a growing blob is stored. Plain JSON, which the caller keeps in its own record: whoever holds it can go on
 * after any crash of either side. Nothing in it is for the caller but `size`.
 */
export interface BlobUpload {
  /** Bytes that are stored. */
  readonly size: number;
  /** The store's own name of what is under way. */
  readonly upload?: string;
  /** One mark of the store for each whole part. */
  readonly parts: readonly string[];
  /** Pieces behind the last whole part: first byte and length. */
  readonly pieces: readonly (readonly [number, number])[];
}

/** Where every blob begins. */
export const NOTHING_STORED: BlobUpload = { size: 0, parts: [], pieces: [] };

/** From `start` up to and without `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What was stored of a growing blob is gone: a store may end what waits too long, and a backup does not hold it. Begin anew. */
export class UploadLost extends Error {
  constructor() {
    super('what was stored of this blob is gone');
  }
}

/**
 * Large opaque things: ciphertext of attachments and history. The store knows nothing about them, and who may read one is
 * for the caller to decide. What `put`, `append` and `complete` did is on the disk when they resolve; all of them may be
 * repeated with the same arguments after a crash, and do no harm. One caller at a time writes a key.
 *
 * A key is `folder/name`: lower-case letters, then 2 to 99 lower-case letters, digits and hyphens, such as a UUID. Every
 * method rejects with RangeError for anything else.
 */
export abstract class Blobs {
  /** Stores a whole blob of a size that fits into memory, in place of the one under this key, if any. */
  abstract put(key: string, bytes: Uint8Array): Promise<void>;
  /**
   * Stores the next piece of a growing blob, behind `upload.size`, under a key that has no blob yet; it cannot be read
   * before `complete`. Takes at most BLOB_PART_BYTES at once (RangeError). Smaller pieces are for slow lines; S3 stores
   * them twice. Rejects with UploadLost.
   */
  abstract append(key: string, upload: BlobUpload, bytes: Uint8Array): Promise<BlobUpload>;
  /** Makes what was appended the blob of this key. Rejects with UploadLost. */
  abstract complete(key: string, upload: BlobUpload): Promise<void>;
  /** Bytes of a whole blob; undefined when there is none. */
  abstract size(key: string): Promise<number | undefined>;
  /** Bytes of a whole blob, which has to reach as far as the range. Rejects, or the stream fails, when it does not. */
  abstract read(key: string, range: ByteRange): Promise<Readable>;
  /** Removes the blob and everything that was appended for one; harmless when there is nothing. */
  abstract remove(key: string): Promise<void>;
  /** Keys of all whole blobs, in no order; those that come or go meanwhile may be among them or not. */
  abstract keys(): AsyncIterable<string>;
}

/** Throws RangeError. */
export function checkKey(key: string): void {
  if (!KEY.test(key)) throw new RangeError('not the key of a blob');
}

/** Stores a blob of any size under a key that has none, in little memory. */
export async function storeBlob(blobs: Blobs, key: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  let upload = NOTHING_STORED;
  let rest = Buffer.alloc(0);
  for await (const piece of pieces) {
    rest = Buffer.concat([rest, piece]);
    for (; rest.length >= BLOB_PART_BYTES; rest = rest.subarray(BLOB_PART_BYTES)) {
      upload = await blobs.append(key, upload, rest.subarray(0, BLOB_PART_BYTES));
    }
  }
  if (upload.size === 0) return blobs.put(key, rest);
  if (rest.length > 0) upload = await blobs.append(key, upload, rest);
  await blobs.complete(key, upload);
}

/** Throws RangeError. */
export function checkPiece(key: string, bytes: Uint8Array): void {
  checkKey(key);
  if (bytes.length > BLOB_PART_BYTES) throw new RangeError('a piece of a blob is too long');
}
