import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { Page } from 'playwright-core';

import { inviteTo } from '../../support/browser.js';
import { arrival, installClock, slowProcessor } from './clock.js';
import { repeat, spreadOf } from './spread.js';
import type { Spread } from './spread.js';
import type { Stage } from './stage.js';

/** Of a passphrase: on the first screen of a newcomer, and of somebody who comes back. */
export const FIELD = 'input[type="password"]';

/** Bytes without headers. */
interface Size {
  /** As gzip of the default level would send them. */
  readonly gzip: number;
  /** As they were sent. */
  readonly sent: number;
  readonly files: number;
}

/** What came until the first useful screen, by whose it is. */
export interface Load {
  readonly page: Size;
  readonly worker: Size;
  readonly wasm: Size;
}

export interface FirstVisit {
  readonly load: Load;
  readonly shownMs: Spread;
  readonly interactiveMs: Spread;
}

interface Fetched {
  readonly path: string;
  readonly sent: number;
}

/** Which built files a built file cannot do without. */
const IMPORTED = /\b(?:from|import)"\.\/([\w.-]+\.js)"/gu;
const WORKER = /\/worker-[\w-]+\.js$/u;
const PRELOADED = /"\/assets\/([\w.-]+\.js)"/gu;

/** What a document or a worker has fetched from the server, by its own timeline; the page's begins with the document. */
const FETCHED = `performance.getEntries()
  .filter(({ entryType }) => ['navigation', 'resource'].includes(entryType))
  .map(({ name, encodedBodySize }) => ({ path: new URL(name).pathname, sent: encodedBodySize }))`;

/** Somebody new follows an officer's link with a browser that has nothing yet, at a slowed processor and a fast line. */
export async function measureFirstVisit(stage: Stage, rate: number, times: number): Promise<FirstVisit> {
  const { link } = await inviteTo(stage.ministry, 'Somebody new');
  const visits = await repeat(times, () => visitOnce(stage, link, rate));
  const [first] = visits;
  if (!first) throw new Error('nobody came');
  return {
    load: first.load,
    shownMs: spreadOf(visits.map(({ shown }) => shown)),
    interactiveMs: spreadOf(visits.map(({ interactive }) => interactive)),
  };
}

async function visitOnce({ browser, built }: Stage, link: string, rate: number) {
  const context = await browser.newContext({ locale: 'en' });
  try {
    const page = await context.newPage();
    await installClock(page);
    await slowProcessor(page, rate);
    await page.goto(link);
    const arrived = await arrival(page, FIELD);
    return { ...arrived, load: await loadOf(page, built) };
  } finally {
    await context.close();
  }
}

/** What a page and its workers have fetched until now. */
export async function loadOf(page: Page, built: string): Promise<Load> {
  const own = await page.evaluate<Fetched[]>(FETCHED);
  const theirs = await Promise.all(page.workers().map((worker) => worker.evaluate<Fetched[]>(FETCHED)));
  const ofWorker = await workerFiles(built, own);
  const isWasm = ({ path }: Fetched): boolean => path.endsWith('.wasm');
  const isOfPage = ({ path }: Fetched): boolean => !ofWorker.has(path);
  const rest = theirs.flat().filter((one) => !isWasm(one));
  const script = own.filter((one) => !isOfPage(one));
  return {
    page: await sizesOf(own.filter(isOfPage), built),
    worker: await sizesOf([...script, ...rest], built),
    wasm: await sizesOf(theirs.flat().filter(isWasm), built),
  };
}

/** The worker's own file and what it imports stand in the timeline of the page that starts it. */
async function workerFiles(built: string, fetched: readonly Fetched[]): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  for (const { path } of fetched) if (WORKER.test(path)) await follow(built, path, files);
  const ofPage = new Set<string>();
  const page = await readFile(join(built, 'index.html'), 'utf8');
  for (const [, name = ''] of page.matchAll(PRELOADED)) await follow(built, `/assets/${name}`, ofPage);
  return new Set([...files].filter((path) => !ofPage.has(path)));
}

async function follow(built: string, path: string, into: Set<string>): Promise<void> {
  if (into.has(path)) return;
  into.add(path);
  const source = await readFile(join(built, path), 'utf8');
  for (const [, name = ''] of source.matchAll(IMPORTED)) await follow(built, `/assets/${name}`, into);
}

async function sizesOf(fetched: readonly Fetched[], built: string): Promise<Size> {
  const sizes = await Promise.all(fetched.map((one) => gzipped(one, built)));
  const gzip = sizes.reduce((sum, size) => sum + size, 0);
  return { gzip, sent: fetched.reduce((sum, { sent }) => sum + sent, 0), files: fetched.length };
}

/** An answer of the API is no file, and counts as it came. */
async function gzipped({ path, sent }: Fetched, built: string): Promise<number> {
  if (path === '/graphql') return sent;
  const file = /\.\w+$/u.test(path) ? path : '/index.html';
  return gzipSync(await readFile(join(built, file))).length;
}
