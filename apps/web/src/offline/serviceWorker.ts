import { LATER, OF_PAGE, PAGE } from './addresses.js';

/**
 * Keeps the built files of the browser client, so that it opens without a line: the way to the vault, never what is in it. It answers for
 * these files and for the page's own addresses; what the client asks the server for goes past it.
 */
declare const self: ServiceWorkerGlobalScope;

/** Address and integrity of each file, and a hash over them: written in when the client is built, so that each release is a service worker of its own. */
declare const __BUILT_FILES__: readonly (readonly [address: string, integrity: string])[];
declare const __BUILT_HASH__: string;

const NAME = 'chancery ';
const CACHE = NAME + __BUILT_HASH__;
const INTEGRITY = new Map(__BUILT_FILES__);
/** The word of a page whose person wants the new release. */
const TAKE_OVER = 'take over';

self.addEventListener('install', (event) => {
  event.waitUntil(keepFiles());
});
self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOlder());
});
self.addEventListener('message', (event) => {
  if (event.data === TAKE_OVER) event.waitUntil(self.skipWaiting()); // it must not be stopped before that
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (OF_PAGE.test(pathname)) event.respondWith(kept(PAGE, request));
  } else if (INTEGRITY.has(pathname)) event.respondWith(kept(pathname, request));
});

/** One after the other, so that they do not take a thin line from the person; a file that is not as it was built ends it, and the older release stays. */
async function keepFiles(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const [address, integrity] of INTEGRITY) {
    if (LATER.test(address) || (await cache.match(address))) continue;
    await cache.add(requestOf(address, integrity));
  }
}

const requestOf = (address: string, integrity: string): Request =>
  new Request(address, { integrity, cache: address === PAGE ? 'no-cache' : 'default' });

/** Runs when no window uses an older release any more, or when the person wants the new one. */
async function forgetOlder(): Promise<void> {
  const older = (await caches.keys()).filter((name) => name.startsWith(NAME) && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The file as it was built; a navigation to an address of the page gets the page. */
async function kept(address: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const found = await cache.match(address);
  if (found) return found;
  const integrity = INTEGRITY.get(address);
  if (integrity === undefined) return fetch(request);
  await cache.add(requestOf(address, integrity));
  return (await cache.match(address)) ?? Response.error();
}
