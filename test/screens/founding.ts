import type { Page } from 'playwright-core';

import { openWindow } from '../support/browser.js';
import { PASSPHRASE } from '../support/clients.js';
import { startServer } from '../support/server.js';
import { choose } from './scene.js';
import type { Scene, Take } from './scene.js';

const TOKEN = 'token-of-the-pictures';

/** A ministry that begins: a server of its own, from an empty database to the founder's recovery code. */
export async function founding({ browser }: Scene, take: Take): Promise<void> {
  const server = await startServer({ environment: { CHANCERY_FOUNDING_TOKEN: TOKEN } });
  try {
    const { page } = await openWindow(browser);
    await page.goto(server.url);
    await page.getByText('This server serves no ministry yet.').waitFor();
    await take(page, 'founding-none');
    await page.goto(`${server.url}/found#${TOKEN}`);
    await steps(page, take);
    await rootKey(page, take);
    await page.context().close();
    const { page: late } = await openWindow(browser);
    await late.goto(`${server.url}/found`);
    await late.getByText('This server serves a ministry already.').waitFor();
    await take(late, 'founding-late');
    await late.context().close();
  } finally {
    await server.stop();
  }
}

async function steps(page: Page, take: Take): Promise<void> {
  const goOn = () => page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('TOP SECRET').first().waitFor();
  await goOn();
  await page.getByText('Fill this in to go on.').waitFor();
  await page.getByLabel('Name of the ministry').fill('Ministry of Foreign Affairs');
  await take(page, 'founding-ministry');
  await goOn();
  await page.getByRole('group', { name: 'Department 1' }).getByLabel('Name of the post').fill('Administration');
  await page.getByRole('button', { name: 'Add a mission' }).click();
  const mission = page.getByRole('group', { name: 'Mission 1' });
  await mission.getByLabel('Name of the post').fill('Embassy in Tashkent');
  await mission.getByLabel('Country of the mission').fill('uz');
  await mission.getByText('Uzbekistan').waitFor();
  await choose(page, 'Your own post', 'Administration');
  await take(page, 'founding-posts');
  await mission.getByRole('button', { name: 'Time zone' }).click();
  await page.getByRole('option', { name: 'Asia/Tashkent' }).click();
  await goOn();
  await page.getByLabel('Your name').fill('Irene Valcourt');
  await page.getByLabel('Name of this device').fill('Desk of the officer');
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.getByText(/^(Good|Strong)\.$/u).waitFor();
  await take(page, 'founding-person');
  await page.getByRole('button', { name: 'Found the ministry' }).click();
}

async function rootKey(page: Page, take: Take): Promise<void> {
  await page.getByText('Keep the ministry’s root key').waitFor();
  await take(page, 'founding-root-key');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the root key' }).click();
  await saved;
  await take(page, 'founding-root-key-saved');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Print your recovery code').waitFor();
  await take(page, 'founding-recovery');
}
