import { Controller, Get, Param, Patch, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ATTACHMENT_OFFSET_HEADER } from '#contracts';

import { HttpCallers } from '../../access/index.js';
import { answerPart, countIn, PieceBudget, rangeOf, readInto } from '../../platform/transfers/index.js';
import { OriginalTransfers } from './originalTransfers.js';

/** The bytes of the files that documents were made from. Every request needs the device's session, and is judged anew. */
@Controller('originals')
export class OriginalsController {
  constructor(
    private readonly callers: HttpCallers,
    private readonly transfers: OriginalTransfers,
    private readonly budget: PieceBudget,
  ) {}

  /** The next piece, at `Upload-Offset`; answers 204 and how much the server has then. */
  @Patch(':id')
  async take(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const caller = await this.callers.require(request, 'knowledge.write');
    const offset = countIn(request, ATTACHMENT_OFFSET_HEADER);
    const length = countIn(request, 'content-length');
    await this.transfers.admit(caller, id, offset, length);
    const stored = await this.budget.hold(caller.deviceId, length, async (bytes) => {
      await readInto(bytes, request.body);
      return this.transfers.take(caller, id, offset, bytes);
    });
    await reply.code(204).header(ATTACHMENT_OFFSET_HEADER, String(stored)).send();
  }

  /** `Range: bytes=<first>-<last>`; answers with that, or with as much of it as one answer may have. */
  @Get(':id')
  async give(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const caller = await this.callers.require(request, 'knowledge.read');
    await answerPart(reply, await this.transfers.give(caller, id, rangeOf(request)));
  }
}
