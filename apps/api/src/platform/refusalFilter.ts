import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { remedyFor } from '#contracts';
import type { ErrorCode } from '#contracts';

import { AppConfig } from '../config/index.js';
import { absenceOf } from './databaseAbsence.js';
import { Log } from './log/log.js';
import { Refusal } from './refusal.js';

const CODES: Readonly<Record<number, ErrorCode>> = { 404: 'NOT_FOUND', 413: 'TOO_LARGE', 429: 'RATE_LIMITED' };
const INTERNAL = 500;
const UNAVAILABLE = 503;

/**
 * Errors outside GraphQL get the same form as errors inside: `{ errors: [{ message, extensions: { code, remedy } }] }`.
 * Errors of resolvers pass through; GraphQL's own formatting tells them.
 */
@Catch()
export class RefusalFilter implements ExceptionFilter {
  constructor(
    private readonly config: AppConfig,
    private readonly log: Log,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): unknown {
    if (host.getType<string>() !== 'http') return thrown;
    const http = host.switchToHttp();
    const requestId = http.getRequest<FastifyRequest>().id;
    const status = statusOf(thrown);
    if (status >= INTERNAL) this.log.error('http.failed', thrown, { requestId });
    const body = { errors: [this.#describe(absenceOf(thrown) ?? thrown, status, requestId)] };
    return http.getResponse<FastifyReply>().code(status).send(body);
  }

  #describe(exception: unknown, status: number, requestId: string) {
    if (exception instanceof Refusal) {
      const { code, field, remedy } = exception;
      return { message: exception.message, extensions: { code, field, remedy } };
    }
    const code = status >= INTERNAL ? 'INTERNAL' : (CODES[status] ?? 'BAD_INPUT');
    return { message: this.#message(code), extensions: { code, remedy: remedyFor(code), requestId } };
  }

  #message(code: ErrorCode): string {
    if (code === 'TOO_LARGE') return `a request may have ${String(this.config.limits.bodyBytes)} bytes`;
    if (code === 'NOT_FOUND') return 'there is nothing at this address';
    return code === 'INTERNAL' ? 'something went wrong on the server' : 'the request is not well formed';
  }
}

/** Of Nest's exceptions and of Fastify's errors; anything else is our own fault. */
function statusOf(exception: unknown): number {
  if (exception instanceof Refusal) return 400;
  if (absenceOf(exception)) return UNAVAILABLE;
  if (exception instanceof HttpException) return exception.getStatus();
  const { statusCode } = exception as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 ? statusCode : INTERNAL;
}
