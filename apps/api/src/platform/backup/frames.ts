import { z } from 'zod';

import { Refusal } from '../refusal.js';

/** What a backup consists of, in this order: head, each table, each file, end. */
export type Frame =
  | { readonly type: 'head'; readonly head: Head }
  | { readonly type: 'table'; readonly table: TableHead }
  | { readonly type: 'file'; readonly file: FileHead }
  | { readonly type: 'data'; readonly bytes: Buffer }
  /** Ends a table or a file. */
  | { readonly type: 'close'; readonly close: Close }
  | { readonly type: 'end'; readonly end: End };

const name = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);
const head = z.strictObject({
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  /** Names of the migrations that the database has been through, in their order. */
  migrations: z.array(z.string().max(200)).max(10_000),
});
const tableHead = z.strictObject({
  name,
  columns: z.array(name).min(1).max(1000),
  /** The column that numbers its rows by itself, and the last number that was given. */
  counter: z.strictObject({ column: name, last: z.string().regex(/^\d{1,19}$/) }).optional(),
});
const fileHead = z.strictObject({
  /** `keys`, or `blobs/` and the key of a blob. */
  path: z.string().regex(/^(keys|blobs\/[a-z]{1,30}\/[0-9a-z][0-9a-z-]{1,98})$/),
});
const close = z.strictObject({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const end = z.strictObject({ tables: z.int().min(0), files: z.int().min(0) });

export type Head = z.infer<typeof head>;
export type TableHead = z.infer<typeof tableHead>;
export type FileHead = z.infer<typeof fileHead>;
export type Close = z.infer<typeof close>;
export type End = z.infer<typeof end>;

/** Most bytes of one frame's payload. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;
const HEAD_BYTES = 5;
const TYPES = ['head', 'table', 'file', 'data', 'close', 'end'] as const;

/** One byte for the type, four for the length, the payload: JSON, or the bytes themselves. */
export function encodeFrame(frame: Frame): Buffer {
  const payload = frame.type === 'data' ? frame.bytes : Buffer.from(JSON.stringify(contentOf(frame)));
  const start = Buffer.alloc(HEAD_BYTES);
  start.writeUInt8(TYPES.indexOf(frame.type), 0);
  start.writeUInt32BE(payload.length, 1);
  return Buffer.concat([start, payload]);
}

/** Reads frames out of any pieces of their bytes. Throws BACKUP_DAMAGED for anything that `encodeFrame` did not write. */
export async function* decodeFrames(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let rest = Buffer.alloc(0);
  for await (const piece of pieces) {
    rest = Buffer.concat([rest, piece]);
    for (let whole = takeFrame(rest); whole; whole = takeFrame(rest)) {
      rest = rest.subarray(whole.length);
      yield whole.frame;
    }
  }
  if (rest.length > 0) throw damaged('it ends in the middle');
}

/** A refusal of an archive. */
export function damaged(problem: string): Refusal {
  return new Refusal('BACKUP_DAMAGED', `the backup can't be used: ${problem}`);
}

function contentOf(frame: Exclude<Frame, { type: 'data' }>): object {
  switch (frame.type) {
    case 'head':
      return frame.head;
    case 'table':
      return frame.table;
    case 'file':
      return frame.file;
    case 'close':
      return frame.close;
    case 'end':
      return frame.end;
  }
}

function takeFrame(bytes: Buffer): { frame: Frame; length: number } | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const size = bytes.readUInt32BE(1);
  if (size > MAX_FRAME_BYTES) throw damaged('a part of it is too long');
  const length = HEAD_BYTES + size;
  if (bytes.length < length) return undefined;
  return { frame: readFrame(bytes.readUInt8(0), bytes.subarray(HEAD_BYTES, length)), length };
}

function readFrame(index: number, payload: Buffer): Frame {
  const type = TYPES[index];
  switch (type) {
    case 'head':
      return { type, head: parsed(head, payload) };
    case 'table':
      return { type, table: parsed(tableHead, payload) };
    case 'file':
      return { type, file: parsed(fileHead, payload) };
    case 'data':
      return { type, bytes: payload };
    case 'close':
      return { type, close: parsed(close, payload) };
    case 'end':
      return { type, end: parsed(end, payload) };
    default:
      throw damaged('a part of it is of no known kind');
  }
}

function parsed<T>(schema: z.ZodType<T>, payload: Buffer): T {
  try {
    return schema.parse(JSON.parse(payload.toString('utf8')));
  } catch {
    throw damaged('a part of it can not be read');
  }
}
