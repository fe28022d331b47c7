import { Controller, Get, Param, Patch, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ATTACHMENT_GRANT_HEADER, ATTACHMENT_OFFSET_HEADER } from '#contracts';

import { HttpCallers } from '../../access/index.js';
import { answerPart, countIn, PieceBudget, rangeOf, readInto } from '../../platform/transfers/index.js';
import { requireId } from './attachmentRefusals.js';
import { AttachmentTransfers } from './attachmentTransfers.js';

/** The bytes of attachments, which are too many for GraphQL. Every request needs the device's session and a grant. */
@Controller('attachments')
export class AttachmentsController {
  constructor(
    private readonly callers: HttpCallers,
    private readonly transfers: AttachmentTransfers,
    private readonly budget: PieceBudget,
  ) {}

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
    await answerPart(reply, await this.transfers.give(caller, id, token, rangeOf(request)));
  }
}
