import { appendFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';

import { barriers, hireInBrowser, startBrowser, unlock } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { describeWith } from '../support/requirements.js';
import { until } from '../support/until.js';

/** Where the client was built; tests run from the root of the repository. */
const BUILT = process.env['CHANCERY_WEB_FOLDER'] ?? 'dist/web';

/** Great files that few need are kept once they are used. */
const LATER = /\.ttf$|\/pdfjs-/;

/** In the page: everything in Cache Storage, by address, as the hash of its bytes. */
const CACHED = `(async () => {
  await navigator.serviceWorker.ready;
  const held = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const bytes = await (await cache.match(request)).arrayBuffer();
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      held[new URL(request.url).pathname + new URL(request.url).search] = btoa(String.fromCharCode(...hash));
    }
  }
  return held;
})()`;

describeWith('chromium', 'a counsellor whose line breaks', () => {
  let folder: string;
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-web-'));
    await cp(BUILT, folder, { recursive: true });
    const environment = { CHANCERY_WEB_FOLDER: folder };
    [ministry, browser] = await Promise.all([startMinistry([{ name: 'Dilnoza' }], { environment }), startBrowser()]);
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova');
    const { client } = ministry.staff[0]!;
    await client.catchUp();
    const label = labelAt('SECRET');
    const { id } = await client.createConversation({ name: 'Talks', label, personIds: [anna.personId] });
    await client.send(id, { text: 'The delegation lands at six.' });
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
    await rm(folder, { recursive: true });
  });

  test('keeps the built files in the browser and nothing else, whatever was read', async () => {
    const { page } = anna;
    await page.getByRole('row', { name: 'Talks' }).click();
    await page.getByText('The delegation lands at six.', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.goBack();
    const { files } = JSON.parse(await readFile(join(folder, 'release.json'), 'utf8')) as { files: object };
    const built = Object.entries(files).filter(([address]) => address !== '/sw.js' && !LATER.test(address));
    expect(await page.evaluate(CACHED)).toEqual(Object.fromEntries(built));
  });

  test('opens the vault without a line, reads, and finds what was written sent when the line is back', async () => {
    const { page } = anna;
    await page.context().setOffline(true);
    await page.getByText('Offline since').waitFor();
    await page.reload();
    await unlock(page);
    await page.getByText('Offline since').waitFor();
    await page.getByText('The delegation lands at six.', { exact: true }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Message' }).fill('We are at the airport.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('1 message waiting').waitFor();
    await page.context().setOffline(false);
    await page.getByText('Offline since').waitFor({ state: 'detached' });
    const { client } = ministry.staff[0]!;
    const [conversation] = await client.conversations();
    await until(async () => {
      await client.catchUp();
      const { messages } = await client.messages(conversation!.id);
      return messages.some(({ text }) => text === 'We are at the airport.');
    });
  });

  test('is told of a new release, and takes it when they like', async () => {
    const { page } = anna;
    await page.evaluate('window.isSame = true');
    await rm(join(folder, 'sw.js.br'));
    await appendFile(join(folder, 'sw.js'), '// the next release\n');
    await page.evaluate('navigator.serviceWorker.ready.then((registration) => registration.update())');
    await page.getByText('A new version is ready.').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate('window.isSame')).toBe(true);
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByLabel('Passphrase', { exact: true }).waitFor();
    expect(await page.evaluate('window.isSame')).toBeUndefined();
  });
});
