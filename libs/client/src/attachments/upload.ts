import { ATTACHMENT_PIECE_BYTES } from '#contracts';
import { equalBytes, randomBytes, sha256 } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError, hasCode } from '../errors.js';
import { newUuid } from '../identifiers.js';
import type { Files, Source } from '../ports/files.js';
import type { TransferProgress } from '../types.js';
import type { Attached } from './attached.js';
import { beginSealing, sealingBuffer, takeSealed } from './sealing.js';
import type { SealingState } from './sealing.js';
import { Shape } from './shape.js';
import type { Waiter } from './patience.js';
import { requireWanted } from './paused.js';
import type { Wish } from './paused.js';
import { UploadLine } from './uploadLine.js';
import type { Piece } from './uploadLine.js';
import { closeWindow, openWindow, replaceUpload } from './uploadRows.js';
import type { Upload } from './uploadRows.js';

/** A part of the ciphertext that is sealed and on its way, and the state behind it. */
interface SealedWindow extends Piece {
  readonly after: SealingState;
}

/** How a transfer behaves towards those who wait for it, or do not. */
export interface Manner extends Wish, Waiter {
  onProgress(progress: TransferProgress): void;
}

/**
 * Brings files to the server, window by window. The hash of a window is stored before its first byte is sent: after a crash the same window is
 * sealed from the same state, and what then comes out differently, because the file was changed, is never sent. Two plaintexts under one state
 * would give both away.
 */
export class Uploader {
  private readonly buffer = sealingBuffer();

  constructor(
    private readonly core: Core,
    private readonly files: Files,
    private readonly manner: Manner,
  ) {}

  /** @throws TransferPaused; ChanceryError FILE_CHANGED, FILE_UNREADABLE, QUOTA_EXCEEDED, NOT_A_MEMBER, SERVER_UNREACHABLE … */
  async run(groupId: string, upload: Upload): Promise<Attached> {
    const source = await this.files.open(upload.source);
    try {
      requireUnchanged(source, upload);
      const attached = await this.goOn(groupId, upload, source);
      requireUnchanged(await this.lookAgain(upload.source), upload);
      return attached;
    } finally {
      await source.close();
    }
  }

  /** What the server has lost is begun anew: another id, another key. */
  private async goOn(groupId: string, upload: Upload, source: Source): Promise<Attached> {
    try {
      return await this.bring(groupId, upload, source);
    } catch (error) {
      if (!hasCode(error, 'ATTACHMENT_GONE', 'CONFLICT')) throw error;
      const fresh = freshUpload(upload, this.core.timer.now());
      await this.core.store.transaction((sql) => replaceUpload(sql, upload, fresh));
      return this.bring(groupId, fresh, source);
    }
  }

  private async bring(groupId: string, upload: Upload, source: Source): Promise<Attached> {
    const { id, name, type, size, key } = upload;
    const shape = new Shape(size);
    const freight = { id, groupId, size: shape.sealed };
    const line = await UploadLine.open(this.core, freight, this.manner);
    if (line.stored < upload.done || line.stored > (upload.window?.end ?? upload.done)) throw lost();
    const tell = (done: number): void => {
      this.manner.onProgress({ id, name, done, size: shape.sealed });
    };
    if (line.stored > 0) tell(line.stored);
    let { done, sealing, window } = upload;
    while (done < shape.sealed) {
      requireWanted(this.manner);
      const sealed = await this.seal(source, shape, { ...upload, done, sealing, window });
      await line.deliver(sealed, tell);
      [done, sealing, window] = [sealed.start + sealed.bytes.length, sealed.after, undefined];
      const state = { done, sealing };
      await this.core.store.transaction((sql) => closeWindow(sql, id, state.done, state.sealing));
    }
    return { id, name, type, size, key, hash: sealing.chain };
  }

  /** The next window, or the one that was on its way. */
  private async seal(source: Source, shape: Shape, { id, done, sealing, window }: Upload): Promise<SealedWindow> {
    const length = window ? window.end - done : ATTACHMENT_PIECE_BYTES;
    const { bytes, after } = await takeSealed(source, shape, sealing, length, this.buffer);
    const hash = sha256(bytes);
    if (window && !equalBytes(hash, window.hash)) throw changed();
    const end = done + bytes.length;
    if (!window) await this.core.store.transaction((sql) => openWindow(sql, id, { end, hash }));
    return { start: done, bytes, after };
  }

  private async lookAgain(reference: string): Promise<Pick<Source, 'version'>> {
    const source = await this.files.open(reference);
    await source.close();
    return source;
  }
}

/** A file that has not been begun. */
export function freshUpload(
  { draftId, position, source, version, name, type, size }: Omit<Upload, 'id' | 'key' | 'sealing' | 'done' | 'window'>,
  now: Date,
): Upload {
  const key = randomBytes(32);
  const file = { draftId, position, source, version, name, type, size };
  return { id: newUuid(now), ...file, key, sealing: beginSealing(key), done: 0, window: undefined };
}

function requireUnchanged({ version }: Pick<Source, 'version'>, upload: Upload): void {
  if (version !== upload.version) throw changed();
}

function changed(): ChanceryError {
  return new ChanceryError('FILE_CHANGED', 'The file was changed while it was being sent.');
}

function lost(): ChanceryError {
  return new ChanceryError('ATTACHMENT_GONE', 'The server has lost what it had acknowledged of the file.');
}
