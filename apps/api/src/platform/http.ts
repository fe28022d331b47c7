import { randomUUID } from 'node:crypto';

import fastifyHelmet from '@fastify/helmet';
import type { FastifyHelmetOptions } from '@fastify/helmet';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

import type { AppConfig } from '../config/index.js';

const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 72_000;

/** The HTTP server: bodies of bounded size, requests of bounded time, ids that clients cannot choose. */
export function httpAdapter(config: AppConfig): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: config.limits.bodyBytes,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestIdHeader: false,
    genReqId: requestIds(),
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    logger: false,
  });
}

/** Unique over all instances, and cheaper than a random id a request. */
function requestIds(): () => string {
  const instance = randomUUID().slice(0, 13);
  let count = 0;
  return () => `${instance}-${(++count).toString(36)}`;
}

/** For answers that are no page: nothing may be loaded, framed or run. The browser client brings its own policy (`web/`). */
const HEADERS: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginEmbedderPolicy: true,
  crossOriginOpenerPolicy: { policy: 'same-origin' },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  frameguard: { action: 'deny' },
  hsts: { maxAge: 63_072_000, includeSubDomains: true },
  referrerPolicy: { policy: 'no-referrer' },
};

/**
 * Puts the security headers on every response. They are the same for all, so helmet works them out once, at the first
 * request: for each request anew it costs more than the rest of the HTTP layer.
 */
export async function setSecurityHeaders(app: NestFastifyApplication): Promise<void> {
  await app.register(fastifyHelmet, { ...HEADERS, global: false });
  let headers: Record<string, string> | undefined;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (_request, reply, done) => {
      headers ??= headersOf(reply);
      reply.headers(headers);
      done();
    });
}

/** Asks helmet, which writes to the bare response, and takes its headers from there. */
function headersOf(reply: FastifyReply): Record<string, string> {
  reply.helmet();
  const set = Object.entries(reply.raw.getHeaders()).map(([name, value]) => [name, String(value)] as const);
  for (const [name] of set) reply.raw.removeHeader(name);
  return Object.fromEntries(set);
}
