import { existsSync } from 'node:fs';

import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

import type { Role } from '#contracts';

import { clearanceAt, PASSPHRASE } from './clients.js';
import type { ClientMinistry } from './clients.js';

/** Argon2id takes its time on a busy machine. */
const PATIENCE_MS = 120_000;
/** How often, and how long apart, a screen is looked at again before what is wrong with it is said to stay. */
const LOOKS = 8;
const SETTLING_MS = 500;
/** Where systems keep a Chromium; `CHANCERY_BROWSER` names another. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

export function browserPath(): string | undefined {
  return [process.env['CHANCERY_BROWSER'] ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));
}

/** A window of a person of their own: nothing is shared with other windows but the server. */
export interface BrowserPerson {
  readonly personId: string;
  readonly page: Page;
  /** What the browser complained of: refused by the content security policy, thrown, or failed. */
  readonly complaints: string[];
}

/** @param seen - an MJPEG file in place of a camera, which the person allows to be used; default: there is no camera */
export async function startBrowser(seen?: string): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === undefined) throw new Error('no Chromium is installed');
  // Root may start Chromium only without its sandbox, which has nothing to guard here: it opens our own pages.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  if (seen !== undefined) args.push(...CAMERA, `--use-file-for-fake-video-capture=${seen}`);
  return chromium.launch({ executablePath, args });
}

/** A link for a new person of the officer's post, as the officer sends it. */
export async function inviteTo(
  { officer: { client } }: ClientMinistry,
  personName: string,
  level = 'SECRET',
  roles: readonly Role[] = ['MEMBER'],
): Promise<{ link: string; personId: string }> {
  const { postId } = await client.whoami();
  return client.invite({ personName, postId, clearance: clearanceAt(level), roles });
}

/** Somebody new at their own browser, who follows the officer's link as far as the wait for the officer. */
export async function follow(browser: Browser, { link, personId }: { link: string; personId: string }) {
  const person = await openWindow(browser, personId);
  const { page } = person;
  await page.goto(link);
  await page.getByLabel('Name of this device').fill('Laptop in Tashkent');
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Enrol' }).click();
  await page.getByText('Waiting for your officer').waitFor();
  return person;
}

/** Somebody new at their own browser, enrolled. */
export async function hireInBrowser(
  browser: Browser,
  ministry: ClientMinistry,
  name: string,
  level?: string,
  roles?: readonly Role[],
): Promise<BrowserPerson> {
  const person = await follow(browser, await inviteTo(ministry, name, level, roles));
  await letIn(ministry, person);
  await person.page.getByText('No conversation yet').waitFor();
  return person;
}

/** The officer completes the enrolment; the newcomer puts off what they are offered then. */
export async function letIn({ officer }: ClientMinistry, { page }: BrowserPerson): Promise<void> {
  await officer.client.completeEnrolments();
  await page.getByText('Print your recovery code').waitFor(); // the page looks by itself
  await page.getByRole('button', { name: 'Later' }).click();
}

/** Opens the vault of who has the passphrase of all tests. */
export async function unlock(page: Page): Promise<void> {
  await page.getByText('Open your vault').waitFor(); // other forms ask for a passphrase, too
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
}

/** A window of somebody of whom nothing is known yet. */
export async function openWindow(browser: Browser, personId = ''): Promise<BrowserPerson> {
  const context = await browser.newContext({ locale: 'en' });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { personId, page, complaints };
}

/** Chooses the language of the page, also while a question stands above it. */
export async function speak(page: Page, language: 'en' | 'fr' | 'ar' | 'ru' | 'uz'): Promise<void> {
  await page.locator('select:has(option[value="uz"])').first().selectOption(language, { force: true }); // a question above makes the rest inert
  await page.locator(`html[lang=${language}]`).waitFor();
}

/** Writes a day such as 2026-11-22 into a field of days, each part into its place, wherever the language has it. */
export async function writeDay(page: Page, label: string, day: string): Promise<void> {
  const parts = day.split('-');
  for (const [index, type] of ['year', 'month', 'day'].entries()) {
    await page.getByRole('group', { name: label }).locator(`[data-type="${type}"]`).focus();
    await page.keyboard.type(parts[index] ?? '');
  }
}

/**
 * What stands in the way of people who cannot see, or use no mouse, as axe finds it on the screen: rule and place. Only what stays
 * counts: a field of suggestions names the chosen one half a second late, so that a screen reader says the letter before.
 */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  let found = await violations(page);
  for (let looks = 0; found.length > 0 && looks < LOOKS; looks += 1) {
    await page.waitForTimeout(SETTLING_MS);
    found = await violations(page);
  }
  return found;
}

async function violations(page: Page): Promise<string[]> {
  const found = await page.evaluate<AxeResults>('axe.run()');
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
