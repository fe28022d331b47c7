import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

import type { Blobs } from '../blobs/index.js';
import { columnList, migrationsOf, tablesOf } from './catalog.js';
import { MAX_FRAME_BYTES, encodeFrame } from './frames.js';
import type { Frame, TableHead } from './frames.js';
import { isThere } from './place.js';
import type { Place } from './place.js';
import { connect } from './session.js';

/** What has been written so far. */
export interface Progress {
  readonly tables: number;
  readonly files: number;
  readonly bytes: number;
}

/**
 * The whole state of a server as bytes, while it goes on working: the database as it was at one instant (one transaction that only reads), then
 * the blobs, which never change once they are whole, then the server's keys. The search index is left out; it is made from the rest. So is
 * what has not come whole yet: who brings it is told to begin anew.
 */
export async function* writeBackup(place: Place, tell: (progress: Progress) => void): AsyncGenerator<Buffer> {
  const client = await connect(place.databaseUrl);
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const count = { tables: 0, files: 0, bytes: 0 };
    for await (const frame of framesOf(client, place, new Date(), count)) {
      if (frame.type === 'data') count.bytes += frame.bytes.length;
      if (frame.type === 'close') tell({ ...count });
      yield encodeFrame(frame);
    }
  } finally {
    // ends the transaction too; a reader who has gone away leaves a COPY unfinished
    await client.end();
  }
}

async function* framesOf(
  client: pg.Client,
  place: Place,
  now: Date,
  count: { tables: number; files: number },
): AsyncGenerator<Frame> {
  const migrations = await migrationsOf(client);
  yield { type: 'head', head: { version: 1, createdAt: now.toISOString(), migrations } };
  for (const table of await tablesOf(client)) {
    yield { type: 'table', table };
    count.tables += 1;
    yield* section(rowsOf(client, table));
  }
  // the instant is kept for the tables; blobs may take hours
  await client.query('COMMIT');
  for await (const { path, bytes } of filesOf(place)) {
    yield { type: 'file', file: { path } };
    count.files += 1;
    yield* section(bytes);
  }
  yield { type: 'end', end: { tables: count.tables, files: count.files } };
}

function rowsOf(client: pg.Client, table: TableHead): AsyncIterable<Buffer> {
  return client.query(copyTo(`COPY "${table.name}" (${columnList(table)}) TO STDOUT`));
}

async function* section(pieces: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length; start += MAX_FRAME_BYTES) {
      const part = piece.subarray(start, start + MAX_FRAME_BYTES);
      hash.update(part);
      bytes += part.length;
      yield { type: 'data', bytes: part };
    }
  }
  yield { type: 'close', close: { bytes, sha256: hash.digest('hex') } };
}

interface OpenFile {
  readonly path: string;
  readonly bytes: AsyncIterable<Buffer>;
}

async function* filesOf({ blobs, keysFile }: Place): AsyncGenerator<OpenFile> {
  for await (const key of blobs.keys()) {
    const bytes = await open(blobs, key);
    if (bytes) yield { path: `blobs/${key}`, bytes };
  }
  if (await isThere(keysFile)) yield { path: 'keys', bytes: createReadStream(keysFile) };
}

/** Undefined for a blob that was removed since it was listed. */
async function open(blobs: Blobs, key: string): Promise<AsyncIterable<Buffer> | undefined> {
  const size = await blobs.size(key);
  if (size === undefined || size === 0) return size === 0 ? Readable.from([]) : undefined;
  return blobs.read(key, { start: 0, end: size });
}
