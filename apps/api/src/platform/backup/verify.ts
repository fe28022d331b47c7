import { damaged } from './frames.js';
import { readBackup } from './read.js';
import type { Receiver } from './read.js';
import type { Head } from './frames.js';
import type { Progress } from './write.js';

/** Reads a whole backup and makes nothing of it. Throws BACKUP_DAMAGED. */
export function verifyBackup(
  pieces: AsyncIterable<Uint8Array>,
  tell: (progress: Progress) => void,
): Promise<Head & Progress> {
  return readBackup(pieces, new Nobody(), tell);
}

class Nobody implements Receiver {
  private readonly names = new Set<string>();

  head(): Promise<void> {
    return Promise.resolve();
  }

  async table({ name }: { readonly name: string }, rows: AsyncIterable<Buffer>): Promise<void> {
    this.requireOnce(`table ${name}`);
    await drain(rows);
  }

  async file({ path }: { readonly path: string }, bytes: AsyncIterable<Buffer>): Promise<void> {
    this.requireOnce(`file ${path}`);
    await drain(bytes);
  }

  private requireOnce(name: string): void {
    if (this.names.has(name)) throw damaged('a part of it stands there twice');
    this.names.add(name);
  }
}

async function drain(pieces: AsyncIterable<unknown>): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}
