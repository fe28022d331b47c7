import type { Page, Request } from 'playwright-core';

import { PASSPHRASE } from './clients.js';
import type { TestClient } from './clients.js';
import { trafficSince } from './countedLine.js';
import type { CountedLine, Traffic } from './countedLine.js';
import type { BrowserPerson } from './browser.js';
import { startServer } from './server.js';
import type { ServerOverrides, TestServer } from './server.js';

/** A line of 64 kbit/s in each direction, on which every answer comes 600 ms late. */
export const SLOW = { bitsPerSecond: 64_000, delayMs: 600 } as const;

/** Nothing is asked of the line any more after so long without a byte. */
const QUIET_MS = 3_000;
const LOOK_MS = 100;
const OPERATION = /\b(?:query|mutation) (\w+)/u;

/** What it took to open the client on a slow line, read what waited, and answer. */
export interface Visit {
  /** From the first request of the page until the field for the passphrase is there. */
  readonly toFieldSeconds: number;
  /** … until the last waiting message is on the screen. */
  readonly toReadSeconds: number;
  /** … until the other side has received the answer. */
  readonly toSentSeconds: number;
  /** Until then. */
  readonly traffic: Traffic;
  /** What was asked until then, in this order: GraphQL operations by their names, files by their addresses. The browser has most files itself. */
  readonly requests: readonly string[];
  /** When nothing is asked of the line any more, after the answer. */
  readonly wholeTraffic: Traffic;
}

/** The real server behind a line that counts, as `startMinistry` wants it. */
export function startBehind(
  line: CountedLine,
  start: (overrides: ServerOverrides) => Promise<TestServer> = startServer,
): (overrides: ServerOverrides) => Promise<TestServer> {
  return async (overrides) => {
    const environment = { ...overrides.environment, CHANCERY_ORIGIN: line.url };
    const server = await start({ ...overrides, environment });
    line.leadTo(server.port);
    return { ...server, url: line.url };
  };
}

/** Everything of the first visit is here: the built files are kept, and this page is theirs. */
export async function endFirstVisit({ page }: BrowserPerson, line: CountedLine): Promise<void> {
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
  await untilQuiet(line);
  await page.close();
}

/** By the browser's own tools: the page's and its workers' requests and sockets. */
export async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const throughput = SLOW.bitsPerSecond / 8;
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: SLOW.delayMs },
    ...{ downloadThroughput: throughput, uploadThroughput: throughput },
  });
}

/** What waits for somebody, and what they say to it. */
export interface Waiting {
  /** Name of the conversation. */
  readonly conversation: string;
  readonly texts: readonly string[];
  readonly answer: string;
  /** Who has written, and gets the answer. */
  readonly writer: TestClient;
}

/** Opens the client in a new window of the person, who then reads all that waits in a conversation and answers. */
export async function visit(
  { page: earlier }: BrowserPerson,
  line: CountedLine,
  { conversation, texts, answer, writer }: Waiting,
): Promise<Visit> {
  const page = await earlier.context().newPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(nameOf(request)));
  await slowDown(page);
  const [before, begin] = [line.traffic, performance.now()];
  const seconds = (): number => (performance.now() - begin) / 1000;
  await page.goto(line.url);
  const passphrase = page.getByLabel('Passphrase', { exact: true });
  await passphrase.waitFor();
  const toFieldSeconds = seconds();
  await passphrase.fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('row', { name: conversation }).click();
  for (const text of texts) await page.getByRole('log').getByText(text, { exact: true }).waitFor();
  const toReadSeconds = seconds();
  await send(page, answer, writer);
  const toSentSeconds = seconds();
  const [traffic, asked] = [trafficSince(before, line.traffic), [...requests]];
  await untilQuiet(line);
  const wholeTraffic = trafficSince(before, line.traffic);
  await page.close();
  return { toFieldSeconds, toReadSeconds, toSentSeconds, traffic, requests: asked, wholeTraffic };
}

/** Writes an answer, which the other side hears of as of everything. */
async function send(page: Page, words: string, { client }: TestClient): Promise<void> {
  let hear: () => void = () => undefined;
  const heard = new Promise<void>((resolve) => (hear = resolve));
  const stop = await client.watch((event) => {
    if (event.type === 'message' && event.message.text === words) hear();
  });
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill(words);
  await page.keyboard.press('Control+Enter');
  await heard;
  await stop();
}

function nameOf(request: Request): string {
  const { pathname } = new URL(request.url());
  return OPERATION.exec(request.postData() ?? '')?.[1] ?? pathname;
}

async function untilQuiet(line: CountedLine): Promise<void> {
  let [known, since] = [line.traffic, performance.now()];
  while (performance.now() - since < QUIET_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = line.traffic;
    if (now.sent + now.received !== known.sent + known.received) [known, since] = [now, performance.now()];
  }
}
