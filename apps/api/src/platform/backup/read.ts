import { createHash } from 'node:crypto';

import { damaged, decodeFrames } from './frames.js';
import type { Close, FileHead, Frame, Head, TableHead } from './frames.js';
import type { Progress } from './write.js';

/** Where the parts of a backup go, in their order; each section is consumed to its end before the next one comes. */
export interface Receiver {
  head(head: Head): Promise<void>;
  table(table: TableHead, rows: AsyncIterable<Buffer>): Promise<void>;
  file(file: FileHead, bytes: AsyncIterable<Buffer>): Promise<void>;
}

/** Takes a backup apart, and checks that nothing of it is missing or changed. Throws BACKUP_DAMAGED. */
export async function readBackup(
  pieces: AsyncIterable<Uint8Array>,
  receiver: Receiver,
  tell: (progress: Progress) => void,
): Promise<Head & Progress> {
  const frames = decodeFrames(pieces);
  const first = await next(frames);
  if (first.type !== 'head') throw damaged('it does not begin as one');
  await receiver.head(first.head);
  const count = { tables: 0, files: 0, bytes: 0 };
  for (let frame = await next(frames); frame.type !== 'end'; frame = await next(frames)) {
    const section = new Section(frames, count);
    if (frame.type === 'table') {
      await receiver.table(frame.table, section.pieces());
      count.tables += 1;
    } else if (frame.type === 'file') {
      await receiver.file(frame.file, section.pieces());
      count.files += 1;
    } else throw damaged('its parts are not in their order');
    section.requireRead();
    tell({ ...count });
  }
  await requireEnd(frames);
  return { ...first.head, ...count };
}

/** The bytes of one table or file. */
class Section {
  private readonly hash = createHash('sha256');
  private bytes = 0;
  private isRead = false;

  constructor(
    private readonly frames: AsyncIterator<Frame>,
    private readonly count: { bytes: number },
  ) {}

  async *pieces(): AsyncGenerator<Buffer> {
    for (let frame = await next(this.frames); ; frame = await next(this.frames)) {
      if (frame.type === 'close') {
        this.requireWhole(frame.close);
        return;
      }
      if (frame.type !== 'data') throw damaged('its parts are not in their order');
      this.hash.update(frame.bytes);
      this.bytes += frame.bytes.length;
      this.count.bytes += frame.bytes.length;
      yield frame.bytes;
    }
  }

  requireRead(): void {
    if (!this.isRead) throw new Error('a section was not read to its end');
  }

  private requireWhole({ bytes, sha256 }: Close): void {
    if (bytes !== this.bytes || sha256 !== this.hash.digest('hex')) throw damaged('a part of it has changed');
    this.isRead = true;
  }
}

async function next(frames: AsyncIterator<Frame>): Promise<Frame> {
  const result: IteratorResult<Frame, unknown> = await frames.next();
  if (result.done === true) throw damaged('it ends too early');
  return result.value;
}

async function requireEnd(frames: AsyncIterator<Frame>): Promise<void> {
  if ((await frames.next()).done !== true) throw damaged('something stands behind its end');
}
