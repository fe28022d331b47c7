import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Download, JSHandle, Page } from 'playwright-core';

import { Shape } from '../../libs/client/src/attachments/shape.js';
import { barriers, hireInBrowser, startBrowser, unlock } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { createDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';
import { describeWith } from '../support/requirements.js';
import { startServerProcess } from '../support/serverProcess.js';
import type { ServerProcess } from '../support/serverProcess.js';
import { until } from '../support/until.js';
import { WatchedLine } from '../support/watchedLine.js';
import type { Part } from '../support/watchedLine.js';

const MIB = 1024 * 1024;
const LONG_BYTES = 6 * MIB + 321;
/** Room for two long files, and not for a third. */
const QUOTA_MIB = 16;
/** One red pixel. */
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

const writing = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const pane = (page: Page) => page.getByRole('region', { name: 'Survey', exact: true });
const attached = (page: Page) => page.getByRole('list', { name: 'Attached files' }).getByRole('listitem');
const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true }).click();

/** Bytes that follow from a seed, here and in the page: nothing long has to be handed over. */
const CONTENT = '(seed, length) => Uint8Array.from({ length }, (_, at) => (at * seed + (at >> 8) * 17) & 255)';
const contentOf = (seed: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * seed + (at >> 8) * 17) & 255);
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What a person takes in hand to drop or to paste it: files as the system gives them to the page. */
function inHand(page: Page, files: readonly { name: string; seed: number; length: number }[]): Promise<JSHandle> {
  return page.evaluateHandle(`(() => {
    const hand = new DataTransfer();
    const contentOf = ${CONTENT};
    for (const { name, seed, length } of ${JSON.stringify(files)}) hand.items.add(new File([contentOf(seed, length)], name));
    return hand;
  })()`);
}

/** In the page: how many sealed files the browser keeps. */
const KEPT_FILES = `(async () => {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('files', { create: true });
  return (await Array.fromAsync(folder.keys())).length;
})()`;

/** Where somebody lets it go: over what was said, not over the field. */
async function drop(page: Page, dataTransfer: JSHandle): Promise<void> {
  await page.getByRole('log').dispatchEvent('dragover', { dataTransfer });
  await page.getByText('Drop files here').waitFor();
  await page.getByRole('log').dispatchEvent('drop', { dataTransfer });
}

async function pastePicture(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    const bytes = Uint8Array.from(atob('${PICTURE}'), (letter) => letter.charCodeAt(0));
    clipboardData.items.add(new File([bytes], 'map.png', { type: 'image/png' }));
    const words = { clipboardData, bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', words));
  })()`);
}

async function unlockAgain(page: Page): Promise<void> {
  await page.reload();
  await unlock(page);
  await pane(page).waitFor();
}

async function bytesOf(download: Download): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of await download.createReadStream()) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

describeWith('chromium', 'two people who send each other files in their browsers', () => {
  let database: TestDatabase;
  let folder: string;
  let line: WatchedLine;
  let server: ServerProcess;
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;
  let bruno: BrowserPerson;
  let environment: Readonly<Record<string, string | undefined>>;

  async function startServer(): Promise<ServerProcess> {
    const places = { databaseUrl: database.url, dataFolder: join(folder, 'data'), logFile: join(folder, 'log') };
    server = await startServerProcess(places, environment);
    line.leadTo(server.port);
    return server;
  }

  /** Without a chance to finish anything; another one takes its place. */
  async function killServer(): Promise<void> {
    await server.kill();
    await startServer();
  }

  /** The parts of a way since a moment, in the order in which they went over. */
  const partsOf = (way: Part['way'], since = 0): Part[] => line.parts.slice(since).filter((part) => part.way === way);

  /** Each byte went over once, in one attachment. */
  function expectOnce(parts: readonly Part[], size: number): void {
    let next = 0;
    for (const { start, bytes } of parts) {
      expect(start).toBe(next);
      next = start + bytes;
    }
    expect(next).toBe(new Shape(size).sealed);
    expect(new Set(parts.map(({ id }) => id)).size).toBe(1);
  }

  const untilHeld = (): Promise<void> => until(() => Promise.resolve(line.isHolding));

  /** How far a bar is: something is there, and not everything. */
  async function expectUnderWay(page: Page, name: string): Promise<void> {
    const bar = page.getByRole('progressbar', { name });
    await bar.waitFor();
    await until(async () => Number(await bar.getAttribute('aria-valuenow')) > 0);
    const [now, most] = await Promise.all(['now', 'max'].map((end) => bar.getAttribute(`aria-value${end}`)));
    expect(Number(now)).toBeLessThan(Number(most));
    expect(await bar.getAttribute('aria-valuetext')).toMatch(/MB \/ 6\.\d MB$/u);
  }

  /** A file that is one hole: it takes no room. */
  async function sparse(name: string, length: number): Promise<string> {
    const path = join(folder, name);
    const file = await open(path, 'w');
    await file.truncate(length);
    await file.close();
    return path;
  }

  async function choose(page: Page, path: string): Promise<void> {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Attach files' }).click();
    await (await chooser).setFiles(path);
  }

  async function saved(page: Page, name: string): Promise<string> {
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: `Save ${name}` }).click();
    return hashOf(await bytesOf(await saving));
  }

  beforeAll(async () => {
    [database, folder, line] = await Promise.all([
      createDatabase(),
      mkdtemp(join(tmpdir(), 'chancery-attachments-')),
      WatchedLine.listen(),
    ]);
    const start = async (overrides: { environment?: Readonly<Record<string, string | undefined>> }) => {
      environment = { ...overrides.environment, CHANCERY_ORIGIN: line.url };
      return { ...(await startServer()), url: line.url };
    };
    const limits = { CHANCERY_LIMIT_ATTACHMENT_MIB_PER_PERSON: String(QUOTA_MIB) };
    [ministry, browser] = await Promise.all([startMinistry([], { environment: limits }, start), startBrowser()]);
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova');
    bruno = await hireInBrowser(browser, ministry, 'Bruno Quispe');
    const { client } = ministry.officer;
    await client.catchUp();
    const personIds = [anna.personId, bruno.personId];
    await client.createConversation({ name: 'Survey', label: labelAt('SECRET'), personIds });
    for (const { page } of [anna, bruno]) {
      page.setDefaultTimeout(20_000);
      await page.getByRole('row', { name: 'Survey' }).click();
      await writing(page).waitFor();
    }
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
    await server.stop();
    await line.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  test('drop, paste and choose them; a picture is seen before it goes, and one is taken out again by keys', async () => {
    const { page } = anna;
    await drop(page, await inHand(page, [{ name: 'note.txt', seed: 3, length: 40 }]));
    await attached(page).filter({ hasText: 'note.txt · 40 byte' }).waitFor();
    await page.getByText('note.txt, 40 byte: attached.').waitFor();
    await writing(page).focus();
    await pastePicture(page);
    await attached(page).filter({ hasText: 'map.png' }).locator('canvas').waitFor();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Attach files' }).press('Enter');
    await (await chooser).setFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b') });
    await attached(page).filter({ hasText: 'list.csv' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: /^Remove list\.csv/ }).press('Enter');
    await page.getByText('list.csv was taken out.').waitFor();
    await writing(page).and(page.locator(':focus')).waitFor();
    await writing(page).fill('Map and note.');
    await send(page);
    const received = bruno.page.getByRole('listitem').filter({ hasText: 'Map and note.' });
    expect(await saved(bruno.page, 'note.txt')).toBe(hashOf(contentOf(3, 40)));
    await received.getByRole('button', { name: 'Show the picture' }).click();
    await received.getByRole('img', { name: 'map.png' }).waitFor();
  });

  test('see how far a long one is; after a reload in the middle the rest of it goes up, and nothing twice', async () => {
    const { page } = anna;
    const since = line.parts.length;
    line.hold(2 * MIB);
    await drop(page, await inHand(page, [{ name: 'survey.bin', seed: 7, length: LONG_BYTES }]));
    await attached(page).filter({ hasText: 'survey.bin' }).waitFor();
    await writing(page).fill('The survey.');
    await send(page);
    await untilHeld();
    await expectUnderWay(page, 'survey.bin');
    expect(await barriers(page)).toEqual([]);
    await unlockAgain(page);
    await expectUnderWay(page, 'survey.bin');
    line.release();
    await bruno.page.getByRole('button', { name: 'Save survey.bin' }).waitFor();
    expectOnce(partsOf('up', since), LONG_BYTES);
  });

  test('fetch it: what came before a reload is not fetched again, and it is what was sent', async () => {
    const { page } = bruno;
    const since = line.parts.length;
    line.hold(2 * MIB);
    await page.getByRole('button', { name: 'Save survey.bin' }).click();
    await untilHeld();
    await expectUnderWay(page, 'Fetching');
    await unlockAgain(page);
    await page.getByText(/MB of 6\.\d MB are here already/).waitFor();
    line.release();
    expect(await saved(page, 'survey.bin')).toBe(hashOf(contentOf(7, LONG_BYTES)));
    expectOnce(partsOf('down', since), LONG_BYTES);
    await page.getByText('survey.bin was saved.').waitFor();
  });

  test('lose nothing when the server dies in the middle, of what goes up or of what comes down', async () => {
    const since = line.parts.length;
    line.hold(2 * MIB);
    await drop(anna.page, await inHand(anna.page, [{ name: 'annex.bin', seed: 11, length: LONG_BYTES }]));
    await attached(anna.page).filter({ hasText: 'annex.bin' }).waitFor();
    await send(anna.page);
    await untilHeld();
    await killServer();
    line.release();
    await bruno.page.getByRole('button', { name: 'Save annex.bin' }).waitFor({ timeout: 60_000 });
    expectOnce(partsOf('up', since), LONG_BYTES);
    line.hold(2 * MIB);
    const saving = saved(bruno.page, 'annex.bin');
    await untilHeld();
    await killServer();
    line.release();
    expect(await saving).toBe(hashOf(contentOf(11, LONG_BYTES)));
    expectOnce(partsOf('down', since), LONG_BYTES);
  });

  test('stop fetching, and go on later', async () => {
    const { page } = bruno;
    line.hold(2 * MIB);
    const button = page.getByRole('button', { name: 'Stop fetching annex.bin' });
    await page.getByRole('button', { name: 'Save annex.bin' }).click();
    await untilHeld();
    await button.click();
    await page.getByText('are here already').waitFor(); // what was on the line is held up still
    expect(await button.count()).toBe(0);
    line.release();
    expect(await saved(page, 'annex.bin')).toBe(hashOf(contentOf(11, LONG_BYTES)));
  });

  test('are told when there is no more room; the words are theirs again once they take the message back', async () => {
    const { page } = anna;
    await drop(page, await inHand(page, [{ name: 'third.bin', seed: 13, length: LONG_BYTES }]));
    await attached(page).filter({ hasText: 'third.bin' }).waitFor();
    await writing(page).fill('One file too many.');
    await send(page);
    await page.getByText('The server gives no more room for files.').waitFor();
    await page.getByRole('button', { name: 'Try now: One file too many.' }).waitFor();
    await unlockAgain(page);
    await page.getByText('The server gives no more room for files.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take back: One file too many.' }).click();
    await page.getByText('The server gives no more room for files.').waitFor({ state: 'detached' });
    expect(await writing(page).inputValue()).toBe('One file too many.');
  });

  test('take back what is on its way', async () => {
    const { page } = bruno;
    line.hold(MIB);
    await drop(page, await inHand(page, [{ name: 'wrong.bin', seed: 17, length: LONG_BYTES }]));
    await attached(page).filter({ hasText: 'wrong.bin' }).waitFor();
    await writing(page).fill('The wrong file.');
    await send(page);
    await untilHeld();
    await page.getByRole('button', { name: 'Take back: The wrong file.' }).click();
    await page.getByRole('progressbar', { name: 'wrong.bin' }).waitFor({ state: 'detached' });
    expect(await writing(page).inputValue()).toBe('The wrong file.');
    line.release(); // what was on the line when it was taken back
    await writing(page).fill('The right words.');
    await send(page);
    await anna.page.getByRole('log').getByText('The right words.').waitFor();
    expect(await anna.page.getByRole('log').getByText('The wrong file.').count()).toBe(0);
  });

  test('stop one that is being sealed, and nothing of it stays in the browser', async () => {
    const { page } = bruno;
    const before = await page.evaluate<number>(KEPT_FILES);
    await choose(page, await sparse('archive.tar', 1024 * MIB));
    await page.getByRole('progressbar', { name: 'Sealing archive.tar' }).waitFor();
    await page.getByRole('button', { name: 'Do not attach archive.tar' }).press('Enter');
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    await writing(page).and(page.locator(':focus')).waitFor();
    expect(await attached(page).count()).toBe(0);
    await until(async () => (await page.evaluate<number>(KEPT_FILES)) === before);
  });

  test('lose to a reload what is being sealed, and nothing else: what waits to go and what a draft has stay', async () => {
    const { page } = bruno;
    const before = await page.evaluate<number>(KEPT_FILES);
    line.hold(0);
    await drop(page, await inHand(page, [{ name: 'sent.bin', seed: 19, length: 5000 }]));
    await attached(page).filter({ hasText: 'sent.bin' }).waitFor();
    await writing(page).fill('It waits for the line.');
    await send(page);
    await untilHeld();
    await drop(page, await inHand(page, [{ name: 'drafted.bin', seed: 23, length: 5000 }]));
    await attached(page).filter({ hasText: 'drafted.bin' }).waitFor();
    await writing(page).fill('It waits for its writer.');
    await page.getByRole('row', { name: 'Survey' }).getByText('It waits for its writer.').waitFor(); // it is in the vault
    await choose(page, await sparse('archive.tar', 1024 * MIB));
    await page.getByRole('progressbar', { name: 'Sealing archive.tar' }).waitFor();
    expect(await page.evaluate<number>(KEPT_FILES)).toBe(before + 3);
    await unlockAgain(page);
    await until(async () => (await page.evaluate<number>(KEPT_FILES)) === before + 2);
    line.release();
    expect(await saved(anna.page, 'sent.bin')).toBe(hashOf(contentOf(19, 5000)));
    await attached(page).filter({ hasText: 'drafted.bin' }).waitFor();
    await send(page);
    expect(await saved(anna.page, 'drafted.bin')).toBe(hashOf(contentOf(23, 5000)));
  });

  test('are told at once what cannot be attached, why, and what to do', async () => {
    const { page } = bruno;
    const many = Array.from({ length: 21 }, (_, number) => ({ name: `${String(number + 1)}.txt`, seed: 1, length: 9 }));
    await drop(page, await inHand(page, many));
    await page.getByText('A message carries at most 20 files. Not attached: 21.txt.').waitFor();
    await attached(page).nth(19).waitFor();
    await choose(page, await sparse('film.mkv', 3072 * MIB));
    await page.getByText('film.mkv was not attached: it has 3.2 GB, and a file has at most 2.1 GB.').waitFor();
    for (const { complaints } of [anna, bruno]) {
      expect(complaints.filter((one) => !/ERR_|WebSocket|Failed to load/u.test(one))).toEqual([]);
    }
  });
});
