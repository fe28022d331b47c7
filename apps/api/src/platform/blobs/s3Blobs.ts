import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

import type { BlobStore } from '../../config/index.js';
import { BLOB_PART_BYTES, Blobs, UploadLost, checkKey, checkPiece } from './blobs.js';
import type { BlobUpload, ByteRange } from './blobs.js';

const MAX_ATTEMPTS = 4;
const CONNECT_MS = 5_000;
const ANSWER_MS = 60_000;

/**
 * Blobs as objects of one bucket, which is made when it is missing. A growing blob is a multipart upload whose parts all
 * have BLOB_PART_BYTES but the last; S3 takes no smaller ones, so pieces of less wait as objects of their own beside it,
 * `<key>.<first byte>`, until they make a part.
 */
export class S3Blobs extends Blobs {
  readonly #client: S3Client;
  readonly #bucket: string;
  #ready: Promise<void> | undefined;

  constructor({ endpoint, region, bucket, accessKey, secretKey }: BlobStore) {
    super();
    this.#bucket = bucket;
    this.#client = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
      maxAttempts: MAX_ATTEMPTS,
      requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
      // stores that are not Amazon's know no other checksums than those of the signature
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  override async put(key: string, bytes: Uint8Array): Promise<void> {
    checkKey(key);
    await this.#bucketExists();
    await this.#putObject(key, bytes);
  }

  override async append(key: string, upload: BlobUpload, bytes: Uint8Array): Promise<BlobUpload> {
    checkPiece(key, bytes);
    await this.#bucketExists();
    const size = upload.size + bytes.length;
    const waiting = upload.pieces.reduce((sum, [, length]) => sum + length, 0);
    if (waiting + bytes.length < BLOB_PART_BYTES) {
      await this.#putObject(pieceOf(key, upload.size), bytes);
      return { ...upload, size, pieces: [...upload.pieces, [upload.size, bytes.length]] };
    }
    const whole = Buffer.concat([...(await this.#readPieces(key, upload)), bytes]);
    const rest = whole.subarray(BLOB_PART_BYTES);
    const begun = await orLost(this.#appendPart(key, upload, whole.subarray(0, BLOB_PART_BYTES)));
    if (rest.length === 0) return { ...begun, size, pieces: [] };
    await this.#putObject(pieceOf(key, size - rest.length), rest);
    return { ...begun, size, pieces: [[size - rest.length, rest.length]] };
  }

  override async complete(key: string, upload: BlobUpload): Promise<void> {
    checkKey(key);
    await this.#bucketExists();
    // a call that nobody heard the end of may have done it before, in part or in full
    if ((await this.size(key)) !== upload.size) await orLost(this.#join(key, upload));
    await this.#removeBeside(key);
  }

  override async size(key: string): Promise<number | undefined> {
    checkKey(key);
    try {
      const { ContentLength } = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      return ContentLength ?? 0;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  override async read(key: string, range: ByteRange): Promise<Readable> {
    checkKey(key);
    return this.#readObject(key, range);
  }

  override async remove(key: string): Promise<void> {
    checkKey(key);
    await this.#bucketExists();
    await this.#removeBeside(key);
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }

  override async *keys(): AsyncGenerator<string> {
    await this.#bucketExists();
    for await (const key of this.#list()) if (!key.includes('.')) yield key; // pieces have an ending
  }

  async *#list(Prefix?: string): AsyncGenerator<string> {
    let after: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix, StartAfter: after }),
      );
      const keys = (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
      yield* keys;
      after = page.IsTruncated === true ? keys.at(-1) : undefined;
    } while (after !== undefined);
  }

  async #readObject(key: string, { start, end }: ByteRange): Promise<Readable> {
    const range = `bytes=${String(start)}-${String(end - 1)}`;
    const object = { Bucket: this.#bucket, Key: key };
    const { Body, ContentLength } = await this.#client.send(new GetObjectCommand({ ...object, Range: range }));
    if (!(Body instanceof Readable)) throw new Error('the store answered without a body');
    if (ContentLength === end - start) return Body;
    Body.destroy();
    throw new RangeError('the blob has no such range');
  }

  #putObject(key: string, bytes: Uint8Array): Promise<unknown> {
    return this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes }));
  }

  #readPieces(key: string, { pieces }: BlobUpload): Promise<Buffer[]> {
    const read = pieces.map(async ([start, length]) =>
      buffer(await this.#readObject(pieceOf(key, start), { start: 0, end: length })),
    );
    return orLost(Promise.all(read));
  }

  async #appendPart(key: string, { size, upload, parts, pieces }: BlobUpload, bytes: Uint8Array): Promise<BlobUpload> {
    const object = { Bucket: this.#bucket, Key: key };
    const id = upload ?? (await this.#client.send(new CreateMultipartUploadCommand(object))).UploadId;
    const part = { ...object, UploadId: id, PartNumber: parts.length + 1, Body: bytes };
    const { ETag } = await this.#client.send(new UploadPartCommand(part));
    if (id === undefined || ETag === undefined) throw new Error('the store gave no name to an upload or a part');
    return { size, upload: id, parts: [...parts, ETag], pieces };
  }

  async #join(key: string, grown: BlobUpload): Promise<void> {
    const rest = Buffer.concat(await this.#readPieces(key, grown));
    if (grown.upload === undefined) {
      await this.#putObject(key, rest);
      return;
    }
    const { upload, parts } = rest.length === 0 ? grown : await this.#appendPart(key, grown, rest);
    const Parts = parts.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
    const object = { Bucket: this.#bucket, Key: key, UploadId: upload };
    await this.#client.send(new CompleteMultipartUploadCommand({ ...object, MultipartUpload: { Parts } }));
  }

  /** Pieces, and uploads that were begun and never recorded. */
  async #removeBeside(key: string): Promise<void> {
    const of = { Bucket: this.#bucket, Key: key };
    for (const UploadId of await this.#unfinished(key)) {
      await this.#client.send(new AbortMultipartUploadCommand({ ...of, UploadId }));
    }
    for await (const Key of this.#list(`${key}.`)) {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key }));
    }
  }

  /** None where the store cannot tell: there a rule of the bucket has to end what is never completed. */
  async #unfinished(key: string): Promise<(string | undefined)[]> {
    try {
      const command = new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: key });
      const { Uploads = [] } = await this.#client.send(command);
      return Uploads.filter(({ Key }) => Key === key).map(({ UploadId }) => UploadId);
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'NotImplemented') return [];
      throw error;
    }
  }

  #bucketExists(): Promise<void> {
    this.#ready ??= this.#makeBucket().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async #makeBucket(): Promise<void> {
    try {
      await this.#client.send(new CreateBucketCommand({ Bucket: this.#bucket }));
    } catch (error) {
      const known = ['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'];
      if (!(error instanceof S3ServiceException) || !known.includes(error.name)) throw error;
    }
  }
}

const pieceOf = (key: string, start: number): string => `${key}.${String(start)}`;

/** What a store says of pieces and uploads that it does not have. */
const LOST = ['NoSuchKey', 'NoSuchUpload', 'InvalidPart', 'NotFound'];

async function orLost<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof S3ServiceException && LOST.includes(error.name) ? new UploadLost() : error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && ['NotFound', 'NoSuchKey'].includes(error.name);
}
