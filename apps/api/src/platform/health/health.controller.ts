import { Controller, Get, Header, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { Readiness } from './readiness.js';

const UNAVAILABLE = 503;

@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Whether the process runs: restart it when this fails. */
  @Get('live')
  @Header('cache-control', 'no-store')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Whether requests can be served: send none while this fails. */
  @Get('ready')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const parts = await this.readiness.check();
    const ok = Object.values(parts).every((state) => state === 'ok');
    const body = { status: ok ? 'ok' : 'failed', parts };
    await reply
      .header('cache-control', 'no-store')
      .code(ok ? 200 : UNAVAILABLE)
      .send(body);
  }
}
