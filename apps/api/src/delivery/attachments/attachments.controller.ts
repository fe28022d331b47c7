import type { Readable } from 'node:stream';

import { Controller, Get, Param, Patch, Req, Res } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { ATTACHMENT_GRANT_HEADER, ATTACHMENT_OFFSET_HEADER, ATTACHMENT_PIECE_TYPE } from '#contracts';

import { HttpCallers } from '../../access/index.js';
import type { ByteRange } from '../../platform/blobs/index.js';
import { Refusal } from '../../platform/refusal.js';
import { requireId } from './attachmentRefusals.js';
import { AttachmentTransfers } from './attachmentTransfers.js';
import { PieceBudget } from './pieceBudget.js';

const RANGE = /^bytes=(\d{1,15})-(\d{1,15})$/;
const COUNT = /^\d{1,15}$/;

/** The bytes of attachments, which are too many for GraphQL. Every request needs the device's session and a grant. */
@Controller('attachments')
export class AttachmentsController implements OnModuleInit {
  constructor(
    private readonly callers: HttpCallers,
    private readonly transfers: AttachmentTransfers,
    private readonly budget: PieceBudget,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Pieces stay streams until their sender is known. */
  onModuleInit(): void {
    const http = this.host.httpAdapter.getInstance<FastifyInstance>();
    http.addContentTypeParser(ATTACHMENT_PIECE_TYPE, (_request, body, done) => {
      done(null, body);
    });
  }

  /** The next piece, at `Upload-Offset`; answers 204 and how much the server has then. */
  @Patch(':id')
  async take(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const caller = await this.callers.require(request, 'delivery.use');
    requireId(id, 'id');
    const token = request.headers[ATTACHMENT_GRANT_HEADER];
    const offset = countIn(request, ATTACHMENT_OFFSET_HEADER);
    const length = countIn(request, 'content-length');
    await this.transfers.admit(caller, id, token, offset, length);
    const stored = await this.budget.hold(caller.deviceId, length, async (bytes) => {
      await readInto(bytes, request.body);
      return this.transfers.take(caller, id, token, offset, bytes);
    });
    await reply.code(204).header(ATTACHMENT_OFFSET_HEADER, String(stored)).send();
  }

  /** `Range: bytes=<first>-<last>`; answers with that, or with as much of it as one answer may have. */
  @Get(':id')
  async give(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const caller = await this.callers.require(request, 'delivery.use');
    requireId(id, 'id');
    const token = request.headers[ATTACHMENT_GRANT_HEADER];
    const { start, end, size, bytes } = await this.transfers.give(caller, id, token, rangeOf(request));
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
}

function countIn(request: FastifyRequest, name: string): number {
  const value = request.headers[name];
  if (typeof value === 'string' && COUNT.test(value)) return Number(value);
  throw new Refusal('BAD_INPUT', `the header ${name} has to be a number of bytes`, { field: name });
}

function rangeOf({ headers }: FastifyRequest): ByteRange {
  const [, first, last] = RANGE.exec(headers.range ?? '') ?? [];
  if (first !== undefined && last !== undefined) return { start: Number(first), end: Number(last) + 1 };
  throw new Refusal('BAD_INPUT', 'ask for one range: bytes=<first>-<last>', { field: 'range' });
}

/** Exactly what was announced. A connection that breaks off fails the stream, and with it the request. */
async function readInto(bytes: Buffer, body: unknown): Promise<void> {
  let read = 0;
  for await (const part of body as Readable) {
    const chunk = part as Buffer;
    if (read + chunk.length > bytes.length) throw new Refusal('BAD_INPUT', 'the piece is longer than announced');
    chunk.copy(bytes, read);
    read += chunk.length;
  }
  if (read < bytes.length) throw new Refusal('BAD_INPUT', 'the piece is shorter than announced');
}
