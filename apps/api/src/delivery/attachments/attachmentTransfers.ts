import { Injectable } from '@nestjs/common';

import { ATTACHMENT_PIECE_BYTES } from '#contracts';

import type { Caller } from '../../access/index.js';
import { Blobs, NOTHING_STORED, UploadLost } from '../../platform/blobs/index.js';
import type { BlobUpload, ByteRange } from '../../platform/blobs/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import type { OutgoingPart } from '../../platform/transfers/index.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';
import { Turns } from '../turns.js';
import { AttachmentGrants } from './attachmentGrants.js';
import type { Granted } from './attachmentGrants.js';
import { gone } from './attachmentRefusals.js';

/** Only from the state that the piece was stored behind: of two that bring the same piece, one is told to look again. */
const ADVANCE: Statement = {
  name: 'advance attachment',
  text: `
    UPDATE attachment SET upload = $3, touched_at = $4
    WHERE id = $1 AND state = 'OPEN' AND (upload->>'size')::bigint = $2 RETURNING id`,
};
const COMPLETE: Statement = {
  name: 'complete attachment',
  text: "UPDATE attachment SET state = 'COMPLETE', touched_at = $2 WHERE id = $1 AND state = 'OPEN'",
};

const WHOLE: Statement = {
  name: 'whole attachment',
  text: "SELECT upload FROM attachment WHERE id = $1 AND state = 'OPEN' AND (upload->>'size')::bigint = $2",
};

/** The key of an attachment's blob. */
export const blobOf = (id: string): string => `attachments/${id}`;

/** Takes and gives the bytes of attachments, piece by piece; each piece is judged anew. */
@Injectable()
export class AttachmentTransfers {
  constructor(
    private readonly sql: Sql,
    private readonly blobs: Blobs,
    private readonly grants: AttachmentGrants,
    private readonly turns: Turns,
    private readonly clock: Clock,
  ) {}

  /** Before the bytes are read. Throws GRANT_INVALID, CONFLICT for another place than the next, TOO_LARGE beyond the end. */
  async admit(caller: Caller, id: string, token: unknown, offset: number, length: number): Promise<void> {
    place(await this.grants.require(caller, id, token, 'UPLOAD'), offset, length);
  }

  /** Stores a piece: when this resolves, it is on the disk. Returns how much the server has. Throws as `admit`. */
  take(caller: Caller, id: string, token: unknown, offset: number, bytes: Uint8Array): Promise<number> {
    return this.turns.take(`attachment ${id}`, async () => {
      const granted = await this.grants.require(caller, id, token, 'UPLOAD');
      place(granted, offset, bytes.length);
      const upload = bytes.length > 0 ? await this.#append(granted, bytes) : granted.upload;
      if (upload.size === granted.size && granted.state === 'OPEN') await this.#complete(id, upload);
      return upload.size;
    });
  }

  /** Completes an attachment all of whose pieces are there; does nothing to any other. */
  finish(id: string, size: number): Promise<void> {
    return this.turns.take(`attachment ${id}`, async () => {
      const [whole] = await this.sql.run<{ upload: BlobUpload }>(WHOLE, [id, size]);
      if (whole) await this.#complete(id, whole.upload);
    });
  }

  /** At most a piece of what was asked for. Throws GRANT_INVALID, BAD_INPUT for a range behind the end, ATTACHMENT_GONE. */
  async give(caller: Caller, id: string, token: unknown, wanted: ByteRange): Promise<OutgoingPart> {
    const { size, state } = await this.grants.require(caller, id, token, 'DOWNLOAD');
    if (state !== 'COMPLETE') throw gone();
    const end = Math.min(wanted.end, size, wanted.start + ATTACHMENT_PIECE_BYTES);
    if (wanted.start >= end) throw new Refusal('BAD_INPUT', 'the attachment has no such range', { field: 'range' });
    return { start: wanted.start, end, size, bytes: await this.blobs.read(blobOf(id), { start: wanted.start, end }) };
  }

  async #append({ id, upload }: Granted, bytes: Uint8Array): Promise<BlobUpload> {
    const grown = await this.#orAnew(id, upload, this.blobs.append(blobOf(id), upload, bytes));
    if (await this.#advance(id, upload, grown)) return grown;
    throw new Refusal('CONFLICT', 'another request has brought this piece');
  }

  async #complete(id: string, upload: BlobUpload): Promise<void> {
    await this.#orAnew(id, upload, this.blobs.complete(blobOf(id), upload));
    await this.sql.run(COMPLETE, [id, this.clock.now()]);
  }

  /** Where what was stored is gone, whoever brings it hears that the next piece is the first. */
  async #orAnew<Result>(id: string, upload: BlobUpload, work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof UploadLost)) throw error;
      await this.#advance(id, upload, NOTHING_STORED);
      throw nextPieceAt(0);
    }
  }

  async #advance(id: string, from: BlobUpload, to: BlobUpload): Promise<boolean> {
    const values = [id, from.size, JSON.stringify(to), this.clock.now()];
    return (await this.sql.run(ADVANCE, values)).length > 0;
  }
}

function place({ state, size, upload }: Granted, offset: number, length: number): void {
  if (state === 'DOOMED') throw gone();
  if (offset !== upload.size) throw nextPieceAt(upload.size);
  if (length <= ATTACHMENT_PIECE_BYTES && offset + length <= size) return;
  throw new Refusal('TOO_LARGE', 'the piece is too long, or reaches behind the end that was announced');
}

function nextPieceAt(offset: number): Refusal {
  return new Refusal('CONFLICT', `the next piece begins at ${String(offset)}`, { field: 'upload-offset' });
}
