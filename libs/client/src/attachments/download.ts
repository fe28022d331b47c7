import { ATTACHMENT_GRANT_HEADER, ATTACHMENT_HEADER_BYTES, OpenAttachmentDocument } from '#contracts';
import { equalBytes, openChunk, PrimitivesError, streamState } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError, hasCode, isTransient } from '../errors.js';
import { bytesOf, numberOf, textOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import type { Files, Target } from '../ports/files.js';
import type { StopSignal } from '../ports/transport.js';
import type { AttachmentView, BegunSave, TransferProgress } from '../types.js';
import type { Attached } from './attached.js';
import { firstLink, nextLink } from './chain.js';
import { Pace } from './pace.js';
import { Patience, patiently } from './patience.js';
import { requireWanted } from './paused.js';
import { chunksWithin, Shape } from './shape.js';

/** How much of a file was opened and is on the disk. */
interface Opening {
  readonly chunks: number;
  readonly state: Uint8Array;
  readonly chain: Uint8Array;
}

const NOTHING: Opening = { chunks: 0, state: new Uint8Array(), chain: new Uint8Array() };

/** Where a file of a message goes. */
export interface Wanted {
  readonly groupId: string;
  readonly file: Attached;
  readonly folder: string;
  /** A name that `safeFileName` has seen. */
  readonly name: string;
}

/**
 * Fetches a file range by range. Each chunk is opened before it is written, the file gets its name when all of it has turned out to be what the
 * sender attached. How far it has come is stored behind the bytes: after a crash it goes on there.
 */
export class Downloader {
  constructor(
    private readonly core: Core,
    private readonly files: Files,
    private readonly onProgress: (progress: TransferProgress) => void,
    private readonly stop: StopSignal | undefined,
  ) {}

  /** Returns where the file is. @throws TransferPaused; ChanceryError ATTACHMENT_FORGED, ATTACHMENT_GONE, NOT_A_MEMBER, DISK_FULL, SERVER_UNREACHABLE … */
  async run(wanted: Wanted): Promise<string> {
    const { file, folder } = wanted;
    const target = await this.files.receive(folder, file.id);
    try {
      return await this.fetchAll(wanted, target);
    } catch (error) {
      if (!hasCode(error, 'ATTACHMENT_FORGED')) throw error;
      await target.discard();
      await this.forget(wanted);
      throw error;
    } finally {
      await target.close();
    }
  }

  private async fetchAll(wanted: Wanted, target: Target): Promise<string> {
    const { file, name } = wanted;
    const shape = new Shape(file.size);
    const line = await DownloadLine.open(this.core, wanted, shape, this.stop);
    let opening = await this.resumed(wanted, shape, target);
    while (opening.chunks < shape.chunks) {
      requireWanted({ stop: this.stop });
      const after = await this.fetchSome(line, wanted, shape, target, opening);
      if (!after) continue;
      opening = after;
      this.onProgress({ id: file.id, name, done: shape.sealedStart(opening.chunks), size: shape.sealed });
    }
    requireWanted({ stop: this.stop }); // its last range may have come after it was stopped
    if (!equalBytes(opening.chain, file.hash)) throw forged();
    const path = await target.finish(file.size, name);
    await this.forget(wanted);
    await target.settle?.();
    return path;
  }

  /** The next chunks; undefined where the line broke and they have to be asked for again, fewer at once. */
  private async fetchSome(
    line: DownloadLine,
    wanted: Wanted,
    shape: Shape,
    target: Target,
    from: Opening,
  ): Promise<Opening | undefined> {
    const count = Math.min(chunksWithin(line.atOnce), shape.chunks - from.chunks);
    const isFirst = from.chunks === 0;
    const start = isFirst ? 0 : shape.sealedStart(from.chunks);
    const sealed = await line.fetch(start, shape.sealedStart(from.chunks + count));
    if (!sealed) return undefined;
    const begun = isFirst ? begin(wanted.file, sealed.subarray(0, ATTACHMENT_HEADER_BYTES)) : from;
    const { plaintext, after } = openChunks(
      shape,
      begun,
      sealed.subarray(isFirst ? ATTACHMENT_HEADER_BYTES : 0),
      count,
    );
    await target.write(shape.plainStart(from.chunks), plaintext);
    await target.sync();
    await this.note(wanted, after);
    return after;
  }

  /** Bytes that somebody has cut off since are fetched again, with all others. */
  private async resumed({ file, folder }: Wanted, shape: Shape, target: Target): Promise<Opening> {
    const query = 'SELECT * FROM attachment_download WHERE id = ? AND folder = ?';
    const row = await this.core.store.read((sql) => sql.get(query, [file.id, folder]));
    if (!row) return NOTHING;
    const chunks = numberOf(row, 'chunks');
    if (target.size < Math.min(shape.plainStart(chunks), shape.padded)) return NOTHING;
    return { chunks, state: bytesOf(row, 'state'), chain: bytesOf(row, 'chain') };
  }

  private note({ file, folder }: Wanted, { chunks, state, chain }: Opening): Promise<void> {
    const replace = 'INSERT OR REPLACE INTO attachment_download VALUES (?, ?, ?, ?, ?)';
    return this.core.store.transaction((sql) => sql.run(replace, [file.id, folder, chunks, state, chain]));
  }

  private forget({ file, folder }: Wanted): Promise<void> {
    const remove = 'DELETE FROM attachment_download WHERE id = ? AND folder = ?';
    return this.core.store.transaction((sql) => sql.run(remove, [file.id, folder]));
  }
}

/** A file that was begun and not finished, wherever that is; the one that has come farthest. */
export async function findBegun(
  sql: Sql,
  { id, size }: Pick<AttachmentView, 'id' | 'size'>,
): Promise<BegunSave | undefined> {
  const query = 'SELECT folder, chunks FROM attachment_download WHERE id = ? ORDER BY chunks DESC LIMIT 1';
  const row = await sql.get(query, [id]);
  if (!row) return undefined;
  const shape = new Shape(size);
  return { folder: textOf(row, 'folder'), done: shape.sealedStart(numberOf(row, 'chunks')), size: shape.sealed };
}

/** The way of one attachment from the server. */
class DownloadLine {
  private readonly pace = new Pace();
  private readonly patience: Patience;

  private constructor(
    private readonly core: Core,
    private readonly wanted: Wanted,
    private readonly stop: StopSignal | undefined,
    private token: string,
  ) {
    this.patience = new Patience(core.timer, { stop });
  }

  static async open(core: Core, wanted: Wanted, shape: Shape, stop: StopSignal | undefined): Promise<DownloadLine> {
    const grant = await grantOf(core, wanted, stop);
    if (grant.size !== shape.sealed) throw forged();
    return new DownloadLine(core, wanted, stop, grant.token);
  }

  /** How many bytes it is wise to ask for. */
  get atOnce(): number {
    return this.pace.bytes;
  }

  /** The bytes from `start` up to and without `end`; undefined where the line broke, after a pause. */
  async fetch(start: number, end: number): Promise<Uint8Array | undefined> {
    const { timer } = this.core;
    const began = timer.now().getTime();
    try {
      const bytes = await this.fetchOnce(start, end);
      this.pace.took(timer.now().getTime() - began);
      this.patience.succeeded();
      return bytes;
    } catch (error) {
      if (!isTransient(error) && !hasCode(error, 'GRANT_INVALID')) throw error;
      if (isTransient(error)) this.pace.broke();
      await this.patience.failed(error);
      this.token = (await grantOf(this.core, this.wanted, this.stop)).token;
      return undefined;
    }
  }

  private async fetchOnce(start: number, end: number): Promise<Uint8Array> {
    const headers = { [ATTACHMENT_GRANT_HEADER]: this.token, range: `bytes=${String(start)}-${String(end - 1)}` };
    const path = `/attachments/${this.wanted.file.id}`;
    const { bytes } = await this.core.session.transfer({ method: 'GET', path, headers, stop: this.stop });
    if (bytes.length === end - start) return bytes;
    throw new ChanceryError('SERVER_UNREACHABLE', 'The answer broke off.');
  }
}

async function grantOf(
  { session, timer }: Core,
  { groupId, file }: Wanted,
  stop: StopSignal | undefined,
): Promise<{ token: string; size: number }> {
  const open = () => session.execute(OpenAttachmentDocument, { groupId, id: file.id });
  return (await patiently(timer, open, { stop })).openAttachment;
}

function begin({ key }: Attached, header: Uint8Array): Opening {
  return { chunks: 0, state: streamState(key, header), chain: firstLink(header) };
}

/** Only the file's last chunk says that it is the last: a file that was cut off or made longer does not open. */
function openChunks(
  shape: Shape,
  from: Opening,
  sealed: Uint8Array,
  count: number,
): { plaintext: Uint8Array; after: Opening } {
  let { chunks, state, chain } = from;
  const plainStart = shape.plainStart(chunks);
  const sealedStart = shape.sealedStart(chunks);
  const plaintext = new Uint8Array(Math.min(shape.plainStart(chunks + count), shape.padded) - plainStart);
  for (const end = chunks + count; chunks < end; chunks++) {
    const part = sealed.subarray(shape.sealedStart(chunks) - sealedStart, shape.sealedStart(chunks + 1) - sealedStart);
    const opened = openOne(state, part);
    if (opened.isLast !== (chunks === shape.chunks - 1)) throw forged();
    plaintext.set(opened.plaintext, shape.plainStart(chunks) - plainStart);
    chain = nextLink(chain, part);
    state = opened.state;
  }
  return { plaintext, after: { chunks, state, chain } };
}

function openOne(state: Uint8Array, part: Uint8Array): ReturnType<typeof openChunk> {
  try {
    return openChunk(state, part);
  } catch (error) {
    if (error instanceof PrimitivesError) throw forged();
    throw error;
  }
}

function forged(): ChanceryError {
  return new ChanceryError('ATTACHMENT_FORGED', 'What the server gave is not the file that the sender attached.');
}
