import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { ATTACHMENT_PIECE_BYTES } from '#contracts';

import type { Caller } from '../../access/index.js';
import { Blobs, NOTHING_STORED, UploadLost } from '../../platform/blobs/index.js';
import type { BlobUpload, ByteRange } from '../../platform/blobs/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import type { OutgoingPart } from '../../platform/transfers/index.js';
import { READABLE } from '../documents/documents.service.js';
import { ReadingService } from '../reading.service.js';
import type { OriginalState } from './original.entity.js';
import { noOriginal, requireId } from './originalRefusals.js';

/** The key of the blob. */
export const blobOf = (id: string): string => `originals/${id}`;

interface Blob {
  readonly id: string;
  readonly size: number;
  readonly sha256: Buffer;
  readonly state: OriginalState;
  readonly upload: BlobUpload;
}

interface Found extends Blob {
  readonly authorId: string;
}

const BLOB = 'b.id, b.size::float8 AS size, b.sha256, b.state, b.upload';

/** Only what may be read: the document, and this version of it. */
const FIND = `
  SELECT ${BLOB}, v.author_id AS "authorId"
  FROM document_original o JOIN original_blob b ON b.id = o.blob_id
  JOIN document_version v ON v.id = o.version_id JOIN document d ON d.id = v.document_id
  JOIN collection c ON c.id = d.collection_id
  WHERE o.id = $3 AND b.state <> 'DOOMED'
    AND v.label_id = ANY($1) AND ${READABLE}`;

/** A small file, whole. */
export interface StoredWhole {
  readonly blobId: string;
  readonly content: Uint8Array;
}

/** Each waits for the disk more than it works. */
const STORED_AT_ONCE = 8;

/** How far a file has come. */
export interface Progress {
  readonly size: number;
  readonly stored: number;
  readonly isComplete: boolean;
}

/** Takes and gives the bytes of files, piece by piece; each piece is judged anew. */
@Injectable()
export class OriginalTransfers {
  constructor(
    private readonly database: DataSource,
    private readonly blobs: Blobs,
    private readonly reading: ReadingService,
    private readonly clock: Clock,
  ) {}

  /** Before the bytes are read. Throws NOT_FOUND, CONFLICT for another place than the next, TOO_LARGE beyond the end. */
  async admit(caller: Caller, id: string, offset: number, length: number): Promise<void> {
    const found = await this.find(caller, id);
    if (found.authorId !== caller.personId) throw noOriginal();
    place(found, offset, length);
  }

  /** Stores a piece: when this resolves, it is on the disk. Returns how much the server has. Throws as `admit`. */
  async take(caller: Caller, id: string, offset: number, bytes: Uint8Array): Promise<number> {
    const { id: blobId } = await this.find(caller, id);
    await this.orAnew(blobId, () =>
      this.database.transaction(async (transaction) => {
        const blob = await lock(blobId, transaction);
        if (blob.state !== 'OPEN') return;
        place(blob, offset, bytes.length);
        const grown = await this.blobs.append(blobOf(blobId), blob.upload, bytes);
        await this.advance(blobId, grown, transaction);
      }),
    );
    return (await this.finish(blobId)).stored;
  }

  /** Stores small files, whose hashes were compared. When this resolves, they are on the disk; repeated, it does no harm. */
  async store(files: readonly StoredWhole[]): Promise<void> {
    const waiting = [...files];
    const some = async (): Promise<void> => {
      for (let next = waiting.pop(); next; next = waiting.pop())
        await this.blobs.put(blobOf(next.blobId), next.content);
    };
    await Promise.all(Array.from({ length: STORED_AT_ONCE }, some));
    await this.database.query(
      `UPDATE original_blob SET state = 'COMPLETE', upload = jsonb_set($2::jsonb, '{size}', to_jsonb(size))
       WHERE id = ANY($1) AND state = 'OPEN'`,
      [files.map(({ blobId }) => blobId), JSON.stringify(NOTHING_STORED)],
    );
  }

  /**
   * Completes a file all of whose pieces are there, when it is what was announced. Throws BAD_INPUT when it is not: then
   * nothing of it is kept.
   */
  async finish(blobId: string): Promise<Progress> {
    const { blob, isTrue } = await this.orAnew(blobId, () =>
      this.database.transaction(async (transaction) => {
        const found = await lock(blobId, transaction);
        if (found.state !== 'OPEN' || found.upload.size < found.size) return { blob: found, isTrue: true };
        await this.blobs.complete(blobOf(blobId), found.upload);
        const isSame = (await this.hashOf(found)).equals(found.sha256);
        await settle(found.id, isSame ? 'COMPLETE' : 'DOOMED', transaction);
        return { blob: { ...found, state: 'COMPLETE' as const }, isTrue: isSame };
      }),
    );
    if (!isTrue) throw new Refusal('BAD_INPUT', 'the file is not the one that was announced', { field: 'sha256' });
    return { size: blob.size, stored: blob.upload.size, isComplete: blob.state === 'COMPLETE' };
  }

  /** At most a piece of what was asked for. Throws NOT_FOUND, BAD_INPUT for a range behind the end. */
  async give(caller: Caller, id: string, wanted: ByteRange): Promise<OutgoingPart> {
    const { id: blobId, size, state } = await this.find(caller, id);
    if (state !== 'COMPLETE') throw noOriginal();
    const end = Math.min(wanted.end, size, wanted.start + ATTACHMENT_PIECE_BYTES);
    if (wanted.start >= end) throw new Refusal('BAD_INPUT', 'the file has no such range', { field: 'range' });
    return {
      start: wanted.start,
      end,
      size,
      bytes: await this.blobs.read(blobOf(blobId), { start: wanted.start, end }),
    };
  }

  private async find(caller: Caller, id: string): Promise<Found> {
    requireId(id);
    const { labels, scopes } = (await this.reading.readerOf(caller)).filter;
    const [found] = await this.database.query<Found[]>(FIND, [labels, scopes, id]);
    if (found) return found;
    throw noOriginal();
  }

  /** Where what was stored is gone, whoever brings it hears that the next piece is the first. */
  private async orAnew<Result>(blobId: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UploadLost)) throw error;
      await this.advance(blobId, NOTHING_STORED, this.database.manager);
      throw nextPieceAt(0);
    }
  }

  private async advance(blobId: string, upload: BlobUpload, manager: EntityManager): Promise<void> {
    await manager.query(`UPDATE original_blob SET upload = $2, touched_at = $3 WHERE id = $1 AND state = 'OPEN'`, [
      blobId,
      JSON.stringify(upload),
      this.clock.now(),
    ]);
  }

  private async hashOf({ id, size }: Blob): Promise<Buffer> {
    const hash = createHash('sha256');
    const bytes = await this.blobs.read(blobOf(id), { start: 0, end: size });
    for await (const chunk of bytes) hash.update(chunk as Buffer);
    return hash.digest();
  }
}

/** One who brings a piece at a time, on all instances. Throws CONFLICT while another request has it. */
async function lock(id: string, transaction: EntityManager): Promise<Blob> {
  const [blob] = await transaction.query<Blob[]>(
    `SELECT ${BLOB} FROM original_blob b WHERE b.id = $1 FOR UPDATE SKIP LOCKED`,
    [id],
  );
  if (blob) return blob;
  throw new Refusal('CONFLICT', 'another request brings this file');
}

async function settle(id: string, state: OriginalState, transaction: EntityManager): Promise<void> {
  await transaction.query('UPDATE original_blob SET state = $2 WHERE id = $1', [id, state]);
  if (state === 'DOOMED') await transaction.query('DELETE FROM document_original WHERE blob_id = $1', [id]);
}

function place({ size, upload }: Blob, offset: number, length: number): void {
  if (offset !== upload.size) throw nextPieceAt(upload.size);
  if (length > 0 && length <= ATTACHMENT_PIECE_BYTES && offset + length <= size) return;
  throw new Refusal('TOO_LARGE', 'the piece is empty, too long, or reaches behind the end that was announced');
}

function nextPieceAt(offset: number): Refusal {
  return new Refusal('CONFLICT', `the next piece begins at ${String(offset)}`, { field: 'upload-offset' });
}
