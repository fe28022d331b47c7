import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';

import {
  CreateCollectionDocument,
  DocumentsDocument,
  GrantCollectionDocument,
  KnownOriginalsDocument,
} from '#contracts';
import { genericMinistry } from '#policy';

import { barriers, hireInBrowser, speak, startBrowser, unlock } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { startHostileMinistry } from '../support/hostileServer.js';
import type { HostileServer } from '../support/hostileServer.js';
import { mail, volume } from '../support/importedFiles.js';
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
    await unlock(page);
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
    expect(complaints).toEqual([]);
  });

  test('reads in their own language why a file did not become a paper', async () => {
    const { page } = anna;
    // as the words stand there, with their values apart from the direction around them
    const said = async (words: string) => {
      await row(page, 'seal.svg')
        .getByText(new RegExp(words.replace('svg', '\\u2068svg\\u2069'), 'u'))
        .waitFor();
    };
    await speak(page, 'fr');
    await said('Les fichiers en \\.svg ne sont pas acceptés\\.');
    await speak(page, 'ar');
    await said('الملفات التي تنتهي بـ \\.svg غير مقبولة\\.');
    expect(await barriers(page)).toEqual([]);
    await speak(page, 'en');
    await page.getByRole('button', { name: 'Put this list away' }).click();
    await page.getByText('5 / 5').waitFor({ state: 'detached' });
  });

  const write = async (name: string, content: Buffer | string): Promise<string> => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  /** Imports files, and waits until something has become of each. */
  const take = async (page: Page, ...chosen: string[]): Promise<void> => {
    await choose(page, chosen);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText(`${String(chosen.length)} / ${String(chosen.length)}`).waitFor();
  };
  const putAway = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: 'Put this list away' }).click();
    await page.getByRole('table').waitFor({ state: 'detached' });
  };
  const outcome = (page: Page, name: string, words: string) =>
    row(page, name).getByText(words, { exact: true }).waitFor();
  /** What the collection knows of these contents: whether the file lies beside a paper. */
  const known = async (...contents: (Buffer | string)[]): Promise<(boolean | undefined)[]> => {
    const hashes = contents.map((content) => createHash('sha256').update(content).digest('hex'));
    const { knownOriginals } = await petra.client.execute(KnownOriginalsDocument, { collectionId, sha256: hashes });
    return hashes.map((hash) => knownOriginals.find(({ sha256 }) => sha256 === hash)?.isKept);
  };

  test('finds what a mail enclosed beside its own paper, byte by byte; the mail around a higher label stays out', async () => {
    const { page } = anna;
    const table = Buffer.from('\uFEFFTable of fees\r\n\r\nTransit costs two.\r\n');
    const secret = 'SECRET\r\n\r\nWhat we would pay\r\n\r\nNine at most.\r\n';
    const open = mail('Fees', ['table.txt', table]);
    const inner = mail('Inside', ['secret.txt', secret]);
    const deep = mail('Around', ['inner.eml', inner]);
    await take(page, await write('open.eml', open), await write('deep.eml', deep));
    for (const name of ['open.eml#table.txt', 'deep.eml#inner.eml#secret.txt']) await outcome(page, name, 'filed');
    expect(await known(open, table, secret, inner, deep)).toEqual([true, true, true, undefined, false]);
    await row(page, 'open.eml#table.txt').press('Enter');
    await page.getByRole('tab', { name: 'About' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'The file it was made from: table.txt' }).click();
    expect(await readFile(await (await downloading).path())).toEqual(table);
    await page.goBack();
    await putAway(page);
  });

  test('imports a volume under another name, and it is known; what a mail encloses again is known too', async () => {
    const { page } = anna;
    await take(page, await write('one.xml', volume(3)));
    expect(await known(volume(3))).toEqual([false]);
    await putAway(page);
    const again = mail('Again', ['copy.txt', await readFile(join(folder, 'rye.md'))]);
    await take(page, await write('two.xml', volume(3)), await write('again.eml', again));
    await row(page, 'two.xml').getByText('The same content as').waitFor();
    await outcome(page, 'again.eml#copy.txt', 'same content as another paper');
    await putAway(page);
    const { documents } = await petra.client.execute(DocumentsDocument, { collectionId, first: 20, after: null });
    expect(documents.edges.length).toBe(4 + 5 + 3 + 1);
  });

  test('is told in their own language what the server refuses', async () => {
    const { page, complaints } = anna;
    await take(page, await write('top.md', '---\nlabel: TOP SECRET\n---\n# Not for us\n\nText.'));
    await speak(page, 'fr');
    await outcome(page, 'top.md', 'refusé');
    await outcome(page, 'top.md', 'Vous n’êtes pas habilité à son marquage.');
    expect(complaints).toEqual([]);
  });
});
