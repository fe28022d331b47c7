import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import type { Browser, CDPSession, Page } from 'playwright-core';

import { barriers, follow, inviteTo, letIn, openWindow, startBrowser, unlock } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { labelAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { keptBy } from '../support/pageMemory.js';
import { describeWith } from '../support/requirements.js';
import { startServer } from '../support/server.js';
import type { ServerOverrides, TestServer } from '../support/server.js';

const DAY_MS = 86_400_000;
const AUTHENTICATOR = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_1',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  hasPrf: true,
} as const;

/** Authenticators answer to names of hosts only, not to addresses. */
async function startNamed({ environment }: ServerOverrides): Promise<TestServer> {
  const port = await freePort();
  const url = `http://localhost:${String(port)}`;
  const server = await startServer({
    environment: { ...environment, CHANCERY_PORT: String(port), CHANCERY_ORIGIN: url },
  });
  return { ...server, url };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}

async function insertAuthenticator(cdp: CDPSession): Promise<() => Promise<void>> {
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: AUTHENTICATOR });
  return async () => {
    await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
  };
}

const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

/** In Arabic and in English; the page ends in English. */
async function barriersInBoth(page: Page): Promise<string[]> {
  const language = page.getByRole('combobox');
  const found = await barriers(page);
  await language.selectOption('ar');
  await page.locator('html[lang=ar]').waitFor();
  found.push(...(await barriers(page)));
  await language.selectOption('en');
  await page.locator('html[lang=en]').waitFor();
  return found;
}

/** Types the two groups that are asked for, as `read` has them from the paper. */
async function typeGroups(page: Page, read: (group: string) => string): Promise<void> {
  const paper = page.getByRole('region', { name: 'Your recovery code' }).getByRole('listitem');
  await paper.last().waitFor();
  for (const [index, group] of (await paper.allInnerTexts()).entries()) {
    const field = page.getByLabel(`Group ${String(index + 1)}`, { exact: true });
    if ((await field.count()) > 0) await field.fill(read(group.trim().slice(-4)));
  }
}

async function lock(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Lock' }).click();
  await page.getByText('Open your vault').waitFor();
}

/** For a worker: from now on its clock is ahead. */
const shiftClock = (milliseconds: number): string => `{
  globalThis.TrueDate = Date;
  const ahead = ${String(milliseconds)};
  Date = class extends TrueDate {
    static now() { return TrueDate.now() + ahead; }
    constructor(...given) { super(...(given.length > 0 ? given : [TrueDate.now() + ahead])); }
  };
}`;

describeWith('chromium', 'who somebody is, and how they get in', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;

  beforeAll(async () => {
    [ministry, browser] = await Promise.all([startMinistry([{ name: 'Dilnoza' }], {}, startNamed), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('enrols by keyboard alone, prints a recovery code, and opens the vault with a passkey from then on', async () => {
    const { link, personId } = await inviteTo(ministry, 'Anna Petrova');
    anna = await openWindow(browser, personId);
    const { page, complaints } = anna;
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const remove = await insertAuthenticator(cdp);
    await page.goto(link);
    await page.getByText('The link is for Anna Petrova').waitFor();
    expect(page.url()).toBe(`${ministry.server.url}/enrol`); // no secret stays in the address
    await press(page, 'Tab');
    await page.keyboard.type('Laptop in Tashkent');
    await press(page, 'Tab');
    await page.keyboard.type(PASSPHRASE);
    await page.getByText('Strong.').waitFor();
    expect(await barriersInBoth(page)).toEqual([]);
    await page.getByLabel('Passphrase').focus();
    await press(page, 'Enter');
    await page.getByText('Waiting for your officer').waitFor();
    await ministry.officer.client.completeEnrolments();

    await page.getByRole('button', { name: 'Make my recovery code' }).click();
    await typeGroups(page, () => 'XXXX');
    await page.getByRole('button', { name: 'The paper is in a safe place' }).click();
    await page.getByText('not what stands on the paper').waitFor();
    expect(await barriersInBoth(page)).toEqual([]);
    await typeGroups(page, (group) => group.toLowerCase());
    await page.getByRole('button', { name: 'The paper is in a safe place' }).click();

    await page.getByLabel('Name of the passkey').fill('Fingerprint');
    await page.getByLabel('Passphrase').fill(PASSPHRASE);
    expect(await barriersInBoth(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add the passkey' }).click();
    await page.getByText('No conversation yet').waitFor();

    await page.reload();
    await page.getByRole('button', { name: 'Open with a passkey' }).click();
    await page.getByText('No conversation yet').waitFor();
    await lock(page);
    await remove();
    await insertAuthenticator(cdp); // somebody else's
    await page.getByRole('button', { name: 'Open with a passkey' }).click();
    await unlock(page);
    await page.getByText('No conversation yet').waitFor();

    await page.goto(`${ministry.server.url}/profile`);
    await unlock(page);
    await page.getByRole('button', { name: 'Remove Fingerprint' }).waitFor();
    expect(await barriersInBoth(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove Fingerprint' }).click();
    await page.getByRole('button', { name: 'Remove Fingerprint' }).waitFor({ state: 'detached' });
    await lock(page);
    expect(await page.getByRole('button', { name: 'Open with a passkey' }).count()).toBe(0);
    await unlock(page);
    await page.getByText('Laptop in Tashkent').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('sees who a colleague is, and compares the safety number with them', async () => {
    const { page, personId, complaints } = anna;
    const dilnoza = ministry.staff[0]!.client;
    await page.goto(`${ministry.server.url}/people`);
    await unlock(page);
    await page.getByLabel('Find by name or post').fill('dil');
    expect(await barriersInBoth(page)).toEqual([]);
    await page.getByRole('link', { name: 'Dilnoza' }).focus();
    await press(page, 'Enter');
    const digits = page.getByRole('list', { name: 'Safety number' }).getByRole('listitem');
    await digits.first().waitFor();
    const groups = await digits.allInnerTexts();
    await dilnoza.catchUp();
    expect(groups.join(' ')).toBe((await dilnoza.verifications.of(personId)).safetyNumber);
    expect(await barriersInBoth(page)).toEqual([]);
    await page.getByRole('button', { name: 'I have compared it' }).click();
    await page.getByText('Compared on').waitFor();
    await page.getByText('verified', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Go on without the comparison' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Go on without the comparison' }).click();
    await page.getByText('unverified', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('leaves nothing secret where a script of the page, or the next one at the machine, could find it', async () => {
    const { page, personId } = anna;
    const dilnoza = ministry.staff[0]!.client;
    const label = labelAt('SECRET');
    const canary = 'kittiwake-parliament';
    const { id } = await dilnoza.createConversation({ name: canary, label, personIds: [personId] });
    await dilnoza.send(id, { text: canary });
    await page.getByRole('link', { name: 'Conversations' }).click();
    await page.getByText(canary).first().waitFor();
    const kept = await keptBy(page);
    for (const secret of [canary, PASSPHRASE, personId]) expect(kept).not.toContain(secret);
    expect(page.url()).not.toContain(canary);
    expect(await page.evaluate<string[]>(REACHABLE(PASSPHRASE))).toEqual([]);
  });

  test('is locked out when nobody has been there for a quarter of an hour, though the machine slept meanwhile', async () => {
    const { page } = anna;
    const [worker] = page.workers();
    await worker?.evaluate(`{ const now = Date.now; Date.now = () => now() + 16 * 60_000; }`);
    await page.getByText('Open your vault').waitFor();
  });

  test('is told that the clock is wrong by a day, goes on reading, and goes on writing when it was set', async () => {
    const bruno = await follow(browser, await inviteTo(ministry, 'Bruno Quispe'));
    const { page } = bruno;
    await letIn(ministry, bruno);
    await page.getByRole('button', { name: 'Later' }).click(); // the passkey
    await page.getByText('No conversation yet').waitFor();
    await lock(page);
    const [worker] = page.workers();
    await worker?.evaluate(shiftClock(DAY_MS));
    await unlock(page);
    await page.getByText('The clock of this machine is wrong').waitFor();
    await page.getByText('No conversation yet').waitFor();
    await worker?.evaluate(`Date = TrueDate`);
    await page.getByText('The clock of this machine is wrong').waitFor({ state: 'detached' });
  });
});

/** For the page: the paths from \`window\` to a text, through whatever a script of the page could reach without looking into closures. */
const REACHABLE = (secret: string): string => `(() => {
  const inside = (value) => {
    try {
      if (value instanceof Node) return [...value.childNodes].map((child, index) => ['.' + index, child]);
      if (value instanceof Map) return [...value].flatMap(([key, next]) => [['.key', key], ['.value', next]]);
      return value instanceof Set ? [...value].map((next) => ['.item', next]) : [];
    } catch {
      return []; // a prototype, which holds nothing
    }
  };
  const found = [];
  const seen = new Set();
  const queue = [['window', window]];
  while (queue.length > 0 && seen.size < 500_000) {
    const [path, value] = queue.shift();
    if (typeof value === 'string' && value.includes(${JSON.stringify(secret)})) found.push(path);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) {
      const { value: next } = Object.getOwnPropertyDescriptor(value, key) ?? {};
      if (next !== undefined) queue.push([path + '.' + String(key), next]);
    }
    for (const [name, next] of inside(value)) queue.push([path + name, next]);
  }
  return found;
})()`;
