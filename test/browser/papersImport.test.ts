import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { CreateCollectionDocument, DocumentsDocument, GrantCollectionDocument } from '#contracts';
import { genericMinistry } from '#policy';

import { barriers, hireInBrowser, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { PASSPHRASE } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { startHostileMinistry } from '../support/hostileServer.js';
import type { HostileServer } from '../support/hostileServer.js';
import { describeWith } from '../support/requirements.js';

/** The last of them is no document. */
const FILES = ['barley.md', 'oats.md', 'rye.md', 'wheat.md', 'seal.svg'];
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>';

describeWith('chromium', 'a planner whose import is interrupted', () => {
  let ministry: ClientMinistry;
  let hostile: HostileServer;
  let browser: Browser;
  let anna: BrowserPerson;
  let petra: TestClient;
  let collectionId: string;
  let folder: string;
  let paths: string[];

  beforeAll(async () => {
    const planner = { name: 'Petra', roles: ['MEMBER', 'PLANNER'] } as const;
    [{ ministry, hostile }, browser] = await Promise.all([startHostileMinistry([planner]), startBrowser()]);
    petra = ministry.staff[0]!;
    await petra.client.catchUp();
    const defaultLabel = { policy: genericMinistry.id, level: 'RESTRICTED', categories: [] };
    const input = { name: 'Harvest', defaultLabel };
    const { createCollection } = await petra.client.execute(CreateCollectionDocument, { input });
    collectionId = createCollection.id;
    const { postId } = await petra.client.whoami();
    await petra.client.execute(GrantCollectionDocument, { input: { collectionId, access: 'WRITE', postId } });
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova', 'SECRET', ['MEMBER', 'PLANNER']);
    folder = await mkdtemp(join(tmpdir(), 'harvest-'));
    paths = FILES.map((name) => join(folder, name));
    for (const path of paths) await writeFile(path, path.endsWith('.md') ? `# Of ${path}\n\nMuch of it.` : SVG);
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
    await rm(folder, { recursive: true });
  });

  const choose = async (page: Page, chosen: readonly string[]): Promise<void> => {
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles([...chosen]);
  };
  const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name.replace('.', '\\.'), 'u') });

  test('finds after a reload what became of each file, and what is missing', async () => {
    const { page } = anna;
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByRole('link', { name: 'Harvest' }).click();
    await page.getByRole('link', { name: 'Import files' }).click();
    await choose(page, paths);
    let asked = 0;
    let go = (): void => undefined;
    const isGone = new Promise<undefined>((resolve) => {
      go = () => {
        resolve(undefined);
      };
    });
    // what the browser asks before it files one: for the third file it waits until it is gone
    hostile.lie('KnownOriginals', () => {
      asked += 1;
      return asked > 2 ? isGone : undefined;
    });
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('2 / 5').waitFor();
    await page.reload();
    go();
    hostile.honest();
    await page.getByLabel('Passphrase').fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('Done with 2 of 5 files.').waitFor();
    await row(page, 'barley.md').getByText('filed', { exact: true }).waitFor();
    expect(await page.getByRole('row').count()).toBe(3);
    await page.getByText('3 files are missing').click();
    await page.getByRole('listitem').filter({ hasText: 'wheat.md' }).waitFor();
    expect(await barriers(page)).toEqual([]);
  });

  test('chooses all of them again; what is done is passed over, and nothing is there twice', async () => {
    const { page, complaints } = anna;
    let asked = 0;
    hostile.lie('KnownOriginals', () => {
      asked += 1;
      return undefined;
    });
    await choose(page, paths);
    await page.getByRole('button', { name: 'Go on with what is missing' }).click();
    await page.getByText('5 / 5').waitFor();
    expect(asked).toBe(3);
    for (const name of FILES.slice(0, 4)) await row(page, name).getByText('filed', { exact: true }).waitFor();
    await row(page, 'seal.svg').getByText('format not taken').waitFor();
    const { documents } = await petra.client.execute(DocumentsDocument, { collectionId, first: 10, after: null });
    expect(documents.edges.length).toBe(4);
    await page.getByRole('button', { name: 'Put this list away' }).click();
    await page.getByText('5 / 5').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });
});
