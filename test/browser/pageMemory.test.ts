import { randomUUID } from 'node:crypto';

import type { Browser, Page } from 'playwright-core';

import type { Client } from '#client';
import { CreateCollectionDocument, FileDocumentsDocument, GrantCollectionDocument } from '#contracts';
import { requestPairing } from '#client/node';

import { historyKeys } from '../../libs/client/src/history/key.js';
import { inviteTo, openWindow, startBrowser } from '../support/browser.js';
import { labelAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { keptBy, memoryOf } from '../support/pageMemory.js';
import { newFolder, vaultOptions } from '../support/pairing.js';
import { describeWith } from '../support/requirements.js';
import { withVault } from '../support/secondDevice.js';
import { until } from '../support/until.js';

/** What people see; the test asks for the first words only, so that nothing but the page itself can have the rest. */
const SAID = { seen: 'Kittiwakes land at six', canary: randomUUID() };
const WRITTEN = { seen: 'Wheat is up by a tenth', canary: randomUUID() };
/** One word is not as it was chosen. */
const WRONG = PASSPHRASE.replace('gravel', 'pebble');
const PLAINTEXTS = [SAID.canary, WRITTEN.canary];

const label = () => {
  const { policy, level } = labelAt('RESTRICTED');
  return { policy, level, categories: [] };
};

/** Types as a person does, by keys: no script is handed the words. */
async function type(page: Page, field: string, words: string): Promise<void> {
  await page.getByLabel(field, { exact: true }).focus();
  await page.keyboard.type(words);
}

async function unlock(page: Page): Promise<void> {
  await type(page, 'Passphrase', PASSPHRASE);
  await page.keyboard.press('Enter');
}

/** The recovery code as the page shows it, once it was typed back as somebody reads it from the paper. */
async function makeRecoveryCode(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Make my recovery code' }).click();
  const paper = page.getByRole('region', { name: 'Your recovery code' }).getByRole('listitem');
  await paper.last().waitFor();
  const groups = (await paper.allInnerTexts()).map((text) => text.trim().slice(-4));
  for (const [index, group] of groups.entries()) {
    const name = `Group ${String(index + 1)}`;
    if ((await page.getByLabel(name, { exact: true }).count()) > 0) await type(page, name, group);
  }
  await page.getByRole('button', { name: 'The paper is in a safe place' }).click();
  return groups.join('-');
}

/** A key in every form in which a script could hold it as text. */
function formsOf(key: Uint8Array): string[] {
  const bytes = Buffer.from(key);
  return [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url'), [...bytes].join(',')];
}

describeWith('chromium', 'the memory of a page', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let page: Page;
  let recoveryCode: string;
  let keys: Uint8Array[] = [];

  const secrets = (): string[] => [
    PASSPHRASE,
    recoveryCode,
    recoveryCode.replaceAll('-', ''),
    recoveryCode.toLowerCase(),
    ...keys.flatMap(formsOf),
  ];

  /** Which of these words stand in the memory of the page; it holds nothing as short as a key besides. */
  async function heldOf(words: readonly string[]): Promise<string[]> {
    const { texts, shortArrays } = await memoryOf(page);
    expect(shortArrays).toBe(0);
    return words.filter((word) => texts.includes(word));
  }

  /** Files a paper that everybody of the post may read. */
  async function file({ client }: TestClient): Promise<void> {
    await client.catchUp();
    const input = { name: 'Trade', defaultLabel: label() };
    const { createCollection } = await client.execute(CreateCollectionDocument, { input });
    const collectionId = createCollection.id;
    const { postId } = await client.whoami();
    await client.execute(GrantCollectionDocument, { input: { collectionId, access: 'READ', postId } });
    const paper = { title: 'Wheat', body: `${WRITTEN.seen}: ${WRITTEN.canary}`, kind: 'report', language: 'en' };
    const documents = [{ ...paper, label: label() }];
    await client.execute(FileDocumentsDocument, { collectionId, documents });
  }

  /** A second device of the person, whose vault the test can open: it has the keys that the browser has. */
  async function keysOfTwin(name: string, personId: string): Promise<Uint8Array[]> {
    const fresh = await requestPairing({ server: ministry.server.url, deviceName: 'Twin' });
    await page.getByRole('link', { name }).click();
    await page.getByRole('button', { name: 'Add a device' }).click();
    await type(page, 'Pairing code', fresh.code);
    await page.keyboard.press('Enter');
    await until(async () => (await fresh.answered()) !== undefined);
    await page.getByRole('button', { name: 'They are the same' }).click();
    const folder = await newFolder();
    let client: Client | undefined;
    await until(async () => {
      client = await fresh.install(vaultOptions(folder));
      return client !== undefined;
    });
    if (!client) throw new Error('nothing was handed over');
    await page.getByText('The device is yours now').waitFor();
    const { deviceId } = await client.whoami();
    return withVault({ name, personId, deviceId, folder, client }, async (sql) => {
      const identity = await sql.get("SELECT value FROM secret WHERE name = 'identityKey'");
      const history = (await historyKeys(sql)).map(({ key }) => key);
      return [identity?.['value'] as Uint8Array, ...history].map((key) => key.slice(0, 32));
    });
  }

  beforeAll(async () => {
    const planner = { name: 'Petra', roles: ['MEMBER', 'PLANNER'] } as const;
    [ministry, browser] = await Promise.all([startMinistry([planner]), startBrowser()]);
    await file(ministry.staff[0]!);
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('finds what a page holds: the instrument is not blind', async () => {
    const { page: blank } = await openWindow(browser);
    await blank.goto(ministry.server.url);
    await blank.evaluate(`window.probe = [new Uint8Array(32), new Uint8Array(500), ['kitti', 'wake'].join('')]`);
    const { texts, shortArrays } = await memoryOf(blank);
    expect(texts).toContain('kittiwake');
    expect(shortArrays).toBe(1);
    await blank.context().close();
  });

  test('has neither passphrase nor recovery code once somebody has enrolled', async () => {
    const { link, personId } = await inviteTo(ministry, 'Anna Petrova');
    ({ page } = await openWindow(browser, personId));
    await page.goto(link);
    await type(page, 'Name of this device', 'Laptop in Tashkent');
    await type(page, 'Passphrase', PASSPHRASE);
    await page.keyboard.press('Enter');
    await page.getByText('Waiting for your officer').waitFor();
    await ministry.officer.client.completeEnrolments();
    recoveryCode = await makeRecoveryCode(page);
    await page.getByText('No conversation yet').waitFor();
    expect(await heldOf(secrets())).toEqual([]);
    keys = await keysOfTwin('Anna Petrova', personId);
    expect(keys.length).toBeGreaterThan(1);
    const { client } = ministry.staff[0]!;
    await client.catchUp();
    const about = { name: 'Birds', label: labelAt('SECRET'), personIds: [personId] };
    const { id } = await client.createConversation(about);
    await client.send(id, { text: `${SAID.seen}: ${SAID.canary}` });
  });

  test('has what is shown while it is shown, and no key', async () => {
    await page.reload();
    await unlock(page);
    await page.getByRole('link', { name: 'Conversations' }).click();
    await page.getByRole('row', { name: 'Birds' }).click();
    await page.getByRole('log').getByText(SAID.seen).waitFor();
    expect(await heldOf([SAID.canary])).toEqual([SAID.canary]);
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByLabel('Search the papers').fill('wheat');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: 'Wheat' }).click();
    await page.getByText(WRITTEN.seen).waitFor();
    expect(await heldOf([WRITTEN.canary])).toEqual([WRITTEN.canary]);
    expect(await heldOf(secrets())).toEqual([]);
    const kept = await keptBy(page);
    expect([...secrets(), ...PLAINTEXTS].filter((word) => kept.includes(word))).toEqual([]);
  });

  test('has nothing of a wrong passphrase, nor of the right one that was typed after it', async () => {
    await page.reload();
    await type(page, 'Passphrase', WRONG);
    await page.keyboard.press('Enter');
    await page.getByText('This passphrase does not open the vault').waitFor();
    expect(await heldOf([WRONG, ...secrets()])).toEqual([]);
    await unlock(page);
    await page.getByRole('navigation', { name: 'Places' }).waitFor();
    expect(await heldOf([WRONG, ...secrets()])).toEqual([]);
  });

  test('has nothing of it any more once it is locked, nor has the browser', async () => {
    await page.getByRole('button', { name: 'Lock' }).click();
    await page.getByText('Open your vault').waitFor();
    expect(await heldOf([...secrets(), ...PLAINTEXTS])).toEqual([]);
    const kept = await keptBy(page);
    expect([...secrets(), ...PLAINTEXTS].filter((word) => kept.includes(word))).toEqual([]);
    expect(await page.content()).not.toMatch(new RegExp(PLAINTEXTS.join('|')));
  });
});
