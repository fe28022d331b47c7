import { readFile } from 'node:fs/promises';

import type { Browser, Page } from 'playwright-core';

import { createTransport } from '#client/node';
import { MinistryDocument } from '#contracts';
import { ready, signingPublicKey } from '#primitives';

import { openKey } from '../../libs/client/src/vaultKey.js';
import { barriers, follow, openWindow, speak, startBrowser, unlock } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { PASSPHRASE } from '../support/clients.js';
import { FoundersLine } from '../support/foundersLine.js';
import { sql } from '../support/ministry.js';
import { goTo } from '../support/officersInBrowser.js';
import { keptBy } from '../support/pageMemory.js';
import { describeWith } from '../support/requirements.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';

const TOKEN = 'founding token of the browser tests';
const ENVIRONMENT = { CHANCERY_FOUNDING_TOKEN: TOKEN };
const MINISTRY = 'Ministry of Tests';

/** In English and in Arabic; the page ends in English. */
async function barriersInBoth(page: Page): Promise<string[]> {
  const found = await barriers(page);
  await speak(page, 'ar');
  found.push(...(await barriers(page)));
  await speak(page, 'en');
  return found;
}

const addressFor = (url: string, token: string): string => `${url}/found#${encodeURIComponent(token)}`;
const goOn = (page: Page): Promise<void> => page.getByRole('button', { name: 'Continue' }).click();
const post = (page: Page, name: string) => page.getByRole('group', { name });

/** From a list that opens. */
async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** The first two steps in the shortest way, and all of the third but its end. */
async function fillIn(page: Page): Promise<void> {
  await page.getByLabel('Name of the ministry').fill(MINISTRY);
  await goOn(page);
  await page.getByLabel('Name of the post').fill('Administration');
  await goOn(page);
  await page.getByLabel('Your name').fill('Irene Valcourt');
  await page.getByLabel('Name of this device').fill('Desk');
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
}

const found = (page: Page): Promise<void> => page.getByRole('button', { name: 'Found the ministry' }).click();
const rootKeySheet = (page: Page): Promise<void> => page.getByText('Keep the ministry’s root key').waitFor();

/** The file that the browser is given. */
async function saveRootKey(page: Page): Promise<string> {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the root key' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.root-key\.json$/u);
  return readFile(await download.path(), 'utf8');
}

describeWith('chromium', 'from an empty database, by browsers alone,', () => {
  let server: TestServer;
  let browser: Browser;
  let irene: BrowserPerson;
  let leila: BrowserPerson;
  /** Somebody who would found it as well. */
  let late: BrowserPerson;

  beforeAll(async () => {
    await ready();
    [server, browser] = await Promise.all([startServer({ environment: ENVIRONMENT }), startBrowser()]);
    [irene, late] = await Promise.all([openWindow(browser), openWindow(browser)]);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  test('a wrong token is said at its field, and nothing that was typed is lost', async () => {
    const { page } = late;
    await page.goto(addressFor(server.url, 'not this one'));
    await fillIn(page);
    await page.context().setOffline(true);
    await found(page);
    await page.getByText('The server does not answer.').waitFor();
    await page.context().setOffline(false);
    await found(page);
    await page.getByText('This is not the founding token of this server.').waitFor();
    const token = page.getByLabel('Founding token');
    expect(await token.inputValue()).toBe('not this one');
    await page.locator('input:focus[aria-invalid=true]').waitFor();
    expect(await barriersInBoth(page)).toEqual([]);
    await token.fill(TOKEN);
    expect(await page.getByLabel('Name of the ministry').inputValue()).toBe(MINISTRY);
    await goOn(page);
    expect(await page.getByLabel('Name of the post').inputValue()).toBe('Administration');
    await goOn(page);
    expect(await page.getByLabel('Your name').inputValue()).toBe('Irene Valcourt');
    expect(await page.getByLabel('Passphrase', { exact: true }).inputValue()).toBe(PASSPHRASE);
  });

  test('a server without a ministry says so, and the token leaves the address', async () => {
    const { page } = irene;
    await page.goto(server.url);
    await page.getByText('This server serves no ministry yet.').waitFor();
    expect(await barriersInBoth(page)).toEqual([]);
    await page.getByRole('link', { name: 'Found the ministry' }).click();
    const token = page.getByLabel('Founding token');
    await token.waitFor();
    await page.goto(addressFor(server.url, TOKEN)); // the page is open already
    await until(async () => (await token.inputValue()) === TOKEN);
    expect(page.url()).toBe(`${server.url}/found`);
  });

  test('the ministry is founded by keyboard in three steps, on a narrow screen as well', async () => {
    const { page } = irene;
    const size = page.viewportSize();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByLabel('Founding token').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Fill this in to go on.').waitFor();
    await page.locator('input:focus[aria-invalid=true]').waitFor();
    await page.getByText('TOP SECRET').first().waitFor(); // what the policy has
    expect(await barriersInBoth(page)).toEqual([]);
    await page.getByLabel('Name of the ministry').focus();
    await page.keyboard.type(MINISTRY);
    await page.keyboard.press('Enter');

    await page.getByRole('button', { name: 'Add a mission' }).focus();
    await page.keyboard.press('Enter');
    await post(page, 'Mission 1').getByLabel('Name of the post').fill('Embassy in Tashkent');
    await page.getByRole('button', { name: 'Remove: Department 1' }).click();
    await goOn(page);
    await page.getByText('Headquarters need at least one department.').waitFor();
    await page.getByText('A mission lies in a country.').waitFor();
    await page.getByRole('button', { name: 'Add a department' }).click();
    await post(page, 'Department 1').getByLabel('Name of the post').fill('Administration');
    await post(page, 'Mission 1').getByLabel('Country of the mission').fill('uz');
    await post(page, 'Mission 1').getByText('Uzbekistan').waitFor();
    await post(page, 'Mission 1').getByRole('button', { name: 'Time zone' }).click();
    await page.getByRole('option', { name: 'Asia/Tashkent' }).click();
    await choose(page, 'Your own post', 'Administration');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await barriersInBoth(page)).toEqual([]);
    await goOn(page);

    await page.getByText('you become its first security officer').waitFor();
    await page.getByLabel('Your name').fill('Irene Valcourt');
    await page.getByLabel('Name of this device').fill('Desk of the officer');
    await page.getByLabel('Passphrase', { exact: true }).fill('ministry of tests');
    await page.keyboard.press('Enter');
    await page.getByText('This passphrase can be guessed.').waitFor();
    expect(await barriersInBoth(page)).toEqual([]);
    await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await page.keyboard.press('Enter');
    await rootKeySheet(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await barriersInBoth(page)).toEqual([]);
    if (size) await page.setViewportSize(size);
  });

  test('the root key is asked for until it was saved, and is then gone from the browser', async () => {
    const { page, complaints } = irene;
    expect(await page.getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true);
    await page.reload();
    await unlock(page);
    await rootKeySheet(page);
    const file = await saveRootKey(page);
    const { ministry } = await createTransport(server.url).execute(MinistryDocument, {});
    expect(JSON.parse(file)).toMatchObject({ ministry: MINISTRY, rootFingerprint: ministry?.rootFingerprint });
    const fingerprint = Buffer.from(ministry?.rootFingerprint ?? '', 'base64url')
      .toString('hex')
      .toUpperCase();
    const shown = await page.getByRole('region', { name: 'Fingerprint of the ministry' }).innerText();
    expect(shown.replaceAll(' ', '')).toContain(fingerprint);
    const [root] = await sql<{ payload: Buffer }>(server, 'SELECT payload FROM statement ORDER BY seq LIMIT 1');
    const rootKey = signingPublicKey(openKey(file, PASSPHRASE, 'root'));
    expect(root?.payload.includes(Buffer.from(rootKey))).toBe(true);
    expect(await barriersInBoth(page)).toEqual([]);

    await goOn(page);
    await page.getByText('Print your recovery code').waitFor();
    await page.reload();
    await unlock(page);
    await page.getByText('No conversation yet').waitFor();
    const kept = await keptBy(page);
    const { sealedKey } = JSON.parse(file) as { sealedKey: string };
    for (const secret of [TOKEN, encodeURIComponent(TOKEN), PASSPHRASE, sealedKey]) expect(kept).not.toContain(secret);
    expect(complaints).toEqual([]);
  });

  test('who comes too late is told so, with all that they had typed', async () => {
    const { page } = late;
    await found(page);
    await page.getByText('This server serves a ministry already.').waitFor();
    expect(await page.getByLabel('Your name').inputValue()).toBe('Irene Valcourt');
    expect(await barriersInBoth(page)).toEqual([]);
    await page.context().close();
    const { page: fresh } = await openWindow(browser);
    await fresh.goto(addressFor(server.url, TOKEN));
    await fresh.getByText('This server serves a ministry already.').waitFor();
    await fresh.getByRole('link', { name: 'I have a link' }).click();
    await fresh.getByLabel('Enrolment link').waitFor();
    expect(await fresh.getByText('This server serves no ministry yet.').count()).toBe(0);
    await fresh.context().close();
  });

  test('the founder invites a diplomat and lets her in', async () => {
    const { page } = irene;
    await page.getByRole('link', { name: 'Administration' }).click();
    await goTo(page, 'Invitations');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Leila Marchetti');
    await choose(page, 'Post', 'Embassy in Tashkent');
    await choose(page, 'Up to', 'SECRET');
    const planner = page.getByRole('checkbox', { name: 'Planner' });
    await planner.focus();
    await page.keyboard.press('Space');
    expect(await planner.isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Make the letter' }).click();
    const link = await page.getByText(/\/enrol#/u).innerText();
    await page.getByRole('button', { name: 'It is printed' }).click();

    leila = await follow(browser, { link, personId: '' });
    const claim = page.getByRole('article', { name: 'Leila Marchetti' });
    await claim.getByRole('button', { name: 'Complete the enrolment' }).click();
    await leila.page.getByText('Print your recovery code').waitFor();
    await leila.page.getByRole('button', { name: 'Later' }).click();
    await leila.page.getByText('No conversation yet').waitFor();
  });

  test('both write to each other', async () => {
    const { page } = irene;
    await page.getByRole('link', { name: 'Conversations' }).click();
    await page.getByRole('link', { name: 'New conversation' }).click();
    await page.getByLabel('Name of the conversation').fill('First words');
    await choose(page, 'Level', 'SECRET');
    await page.getByLabel('Find by name or post').fill('lei');
    await page.getByText('Leila Marchetti', { exact: true }).click();
    await page.getByRole('button', { name: 'Begin with 2 people' }).click();
    await say(page, 'The embassy is open.');
    await leila.page.getByRole('row', { name: 'First words' }).click();
    await leila.page.getByRole('log').getByText('The embassy is open.', { exact: true }).waitFor();
    await say(leila.page, 'And at work.');
    await page.getByRole('log').getByText('And at work.', { exact: true }).waitFor();
  });

  test('and a paper is written', async () => {
    const { page, complaints } = leila;
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByRole('button', { name: 'New collection' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Reports');
    await page.getByRole('button', { name: 'Make collection' }).click();
    await page.getByRole('heading', { name: 'Reports' }).waitFor();
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByRole('button', { name: 'New paper' }).click();
    await page.getByLabel('Title').fill('The first week');
    await page.getByRole('dialog').getByRole('button', { name: 'Collection' }).click();
    await page.getByRole('option', { name: 'Reports', exact: true }).click();
    await page.getByRole('button', { name: 'Begin to write' }).click();
    await page.getByRole('textbox', { name: 'Text', exact: true }).click();
    await page.keyboard.type('The roof holds.');
    await page
      .getByText(/^Saved/u)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByLabel('What changed, and why').fill('First text');
    await page.getByRole('button', { name: 'Publish version' }).click();
    await page.getByRole('heading', { name: 'The first week' }).waitFor();
    await page.getByRole('article').getByText('The roof holds.').waitFor();
    expect(complaints).toEqual([]);
    expect(irene.complaints).toEqual([]);
  });
});

async function say(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill(words);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('log').getByText(words, { exact: true }).waitFor();
}

describeWith('chromium', 'a founder on a line that breaks', () => {
  let line: FoundersLine;
  let server: TestServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    line = await FoundersLine.listen();
    server = await startServer({ environment: { ...ENVIRONMENT, CHANCERY_ORIGIN: line.url } });
    line.leadTo(server.port);
    browser = await startBrowser();
    ({ page } = await openWindow(browser));
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    await line.close();
  });

  test('begins again where nothing came of a founding whose answer was lost', async () => {
    line.loses = 'requests';
    await page.goto(addressFor(line.url, 'not this one'));
    await fillIn(page);
    await found(page);
    await unlock(page); // what is in the vault goes on
    await page.getByText('The server has not confirmed the founding').waitFor();
    await page.getByText('The server does not answer.').waitFor();
    expect(await barriersInBoth(page)).toEqual([]);
    line.loses = 'nothing';
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText('This is not the founding token of this server.').waitFor();
    await page.getByRole('button', { name: 'Delete what was begun' }).click();
    await page.getByLabel('Founding token').waitFor();
  });

  test('has founded it once, and has the root key, however many answers are lost', async () => {
    [line.loses, line.lost] = ['answers', 0];
    await page.getByLabel('Founding token').fill(TOKEN);
    await fillIn(page);
    await found(page);
    await unlock(page);
    await page.getByText('The server has not confirmed the founding').waitFor();
    await until(() => Promise.resolve(line.lost > 2));
    await page.reload();
    await unlock(page);
    await page.getByText('The server has not confirmed the founding').waitFor();
    line.loses = 'nothing';
    await rootKeySheet(page); // the page asks again by itself
    const { ministry } = await createTransport(server.url).execute(MinistryDocument, {});
    expect(JSON.parse(await saveRootKey(page))).toMatchObject({ rootFingerprint: ministry?.rootFingerprint });
    await goOn(page);
    await page.getByText('Print your recovery code').waitFor();
  });
});
