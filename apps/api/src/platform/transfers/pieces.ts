import type { Readable } from 'node:stream';

import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ByteRange } from '../blobs/index.js';
import { Refusal } from '../refusal.js';

const RANGE = /^bytes=(\d{1,15})-(\d{1,15})$/;
const COUNT = /^\d{1,15}$/;

/** A part of something large on its way to a client; `size` is that of the whole. */
export interface OutgoingPart extends ByteRange {
  readonly size: number;
  readonly bytes: Readable;
}

/** The number of bytes in a header. Throws BAD_INPUT that names the header. */
export function countIn(request: FastifyRequest, name: string): number {
  const value = request.headers[name];
  if (typeof value === 'string' && COUNT.test(value)) return Number(value);
  throw new Refusal('BAD_INPUT', `the header ${name} has to be a number of bytes`, { field: name });
}

/** The one range that is asked for. Throws BAD_INPUT. */
export function rangeOf({ headers }: FastifyRequest): ByteRange {
  const [, first, last] = RANGE.exec(headers.range ?? '') ?? [];
  if (first !== undefined && last !== undefined) return { start: Number(first), end: Number(last) + 1 };
  throw new Refusal('BAD_INPUT', 'ask for one range: bytes=<first>-<last>', { field: 'range' });
}

/** Exactly what was announced. A connection that breaks off fails the stream, and with it the request. */
export async function readInto(bytes: Buffer, body: unknown): Promise<void> {
  let read = 0;
  for await (const part of body as Readable) {
    const chunk = part as Buffer;
    if (read + chunk.length > bytes.length) throw new Refusal('BAD_INPUT', 'the piece is longer than announced');
    chunk.copy(bytes, read);
    read += chunk.length;
  }
  if (read < bytes.length) throw new Refusal('BAD_INPUT', 'the piece is shorter than announced');
}

/** Answers with a part: never shown in a browser, never kept by what stands between. */
export async function answerPart(reply: FastifyReply, { start, end, size, bytes }: OutgoingPart): Promise<void> {
  await reply
    .code(206)
    .headers({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'cache-control': 'no-store',
      'content-length': String(end - start),
      'content-range': `bytes ${String(start)}-${String(end - 1)}/${String(size)}`,
    })
    .send(bytes);
}
