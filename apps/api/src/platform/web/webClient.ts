import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { DEMONSTRATION_ADDRESS } from './demonstration.js';
import type { Demonstration } from './demonstration.js';

const PAGE = 'index.html';
/** Addresses that the page itself makes something of. */
const ADDRESSES = [
  ...['/enrol', '/found', '/pair', '/recover', '/knowledge', '/profile', '/administration', '/conversations'],
  ...['/knowledge/*', '/papers/*', '/profile/*', '/administration/*', '/conversations/*', '/people', '/people/*'],
];
/** Not addresses of their own. */
const COMPRESSED = '**/*.br';
/** Names of these files hold a hash of what is in them. */
const HASHED = '/assets/';
const A_YEAR_S = 365 * 24 * 3600;

/** The two rules that React Aria writes into the page by itself (`usePress`, `usePreventScroll`); nothing else may be written there. */
const STYLES = [
  'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o=',
  'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg=',
];
/** Nothing from elsewhere, nothing inline, no code from text; scripts only as files of this origin, started only by the page's own policy. */
const PAGE_POLICY = policy({ scripts: "'self'" });
/** What the worker may do besides is to compile SQLite and libsodium; this keyword allows WebAssembly, and not `eval`. */
const WORKER_POLICY = policy({ scripts: "'self' 'wasm-unsafe-eval'" });
/** Of what a page may ask a person for: the camera, which reads the codes of other devices, and nothing else; nor may a frame. */
const PERMISSIONS = [
  'camera=(self)',
  ...['microphone', 'geolocation', 'display-capture', 'usb'].map((name) => `${name}=()`),
].join(', ');
const WORKER = /^\/assets\/worker-[\w-]+\.js$/;

/** Serves the browser client from the folder where it was built: without it the server is as complete as it was. */
export async function serveWebClient(
  app: NestFastifyApplication,
  root = webFolder(),
  demonstration?: Demonstration,
): Promise<void> {
  if (root === undefined) return;
  await app
    .getHttpAdapter()
    .getInstance()
    .register(async (web) => {
      await web.register(fastifyStatic, {
        ...{ root, wildcard: false, cacheControl: false },
        ...{ preCompressed: true, globIgnore: [COMPRESSED] }, // what was built lies there in a smaller form, too
      });
      for (const address of ADDRESSES) web.get(address, (_request, reply) => reply.sendFile(PAGE));
      if (demonstration) web.get(DEMONSTRATION_ADDRESS, (_request, reply) => reply.send(demonstration));
      web.addHook('onSend', (request, reply, _payload, done) => {
        reply.headers(headersOf(request.url));
        done();
      });
    });
}

/** In place of those that every other answer has. */
function headersOf(url: string): Record<string, string> {
  const isHashed = url.startsWith(HASHED);
  return {
    'content-security-policy': WORKER.test(url) ? WORKER_POLICY : PAGE_POLICY,
    'permissions-policy': PERMISSIONS,
    vary: 'accept-encoding',
    'cache-control': isHashed ? `public, max-age=${String(A_YEAR_S)}, immutable` : 'no-cache',
  };
}

function policy({ scripts }: { scripts: string }): string {
  const directives = [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src 'self' ${STYLES.map((hash) => `'${hash}'`).join(' ')}`,
    "img-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types chancery-worker',
  ];
  return directives.join('; ');
}

/** Beside what was compiled, found from the sources as well; undefined where it was not built. */
function webFolder(): string | undefined {
  for (let folder = import.meta.dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    const candidate = join(folder, 'dist', 'web');
    if (existsSync(join(candidate, PAGE))) return candidate;
  }
  return undefined;
}
