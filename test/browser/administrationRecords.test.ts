import { readFile } from 'node:fs/promises';

import type { Browser, Page } from 'playwright-core';

import { verifyAudit, verifyExport } from '#client';

import { barriers, speak, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { goTo, officerInBrowser } from '../support/officersInBrowser.js';
import { describeWith } from '../support/requirements.js';

const PLACES = [
  ...['people', 'posts', 'invitations', 'approvals', 'campaigns', 'revocations', 'evacuation'],
  ...['policy', 'log', 'audit', 'papers', 'health'],
];

async function saved(page: Page, button: string): Promise<string> {
  const press = page.getByRole('button', { name: button }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), press]);
  return readFile(await download.path(), 'utf8');
}

describeWith('chromium', 'what is written down for good, in a browser', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let amina: BrowserPerson;

  beforeAll(async () => {
    [ministry, browser] = await Promise.all([startMinistry([{ name: 'Dilnoza' }]), startBrowser()]);
    amina = await officerInBrowser(browser, ministry, 'Amina Saidova');
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('log and audit trail are verified by the browser itself, which says how; the files verify elsewhere', async () => {
    const { page, complaints } = amina;
    await goTo(page, 'Transparency log');
    await page.getByRole('button', { name: 'Replay the whole log' }).click();
    await page.getByText(/The log verifies: \d+ statements/u).waitFor();
    await page.getByRole('button', { name: 'Prove that nothing was rewritten' }).click();
    await page.getByText('Proved by consistency').waitFor();
    const log = await saved(page, 'Save the log');

    await goTo(page, 'Audit trail');
    await page.getByRole('button', { name: 'State its head in the log' }).click();
    await page.getByText('nothing before it can be changed unnoticed').waitFor();
    await page.getByRole('button', { name: 'Verify the whole trail' }).click();
    await page.getByText(/The trail verifies: \d+ entries/u).waitFor();
    const trail = await saved(page, 'Save the trail');
    const { rootFingerprint } = await ministry.officer.client.whoami();
    expect(verifyExport(log, { rootFingerprint, now: new Date() }).isPinned).toBe(true);
    expect(verifyAudit(trail, log, { now: new Date() }).entries).toBeGreaterThan(10);

    await page.getByRole('button', { name: 'Kind' }).click();
    await page.getByRole('option', { name: 'Sign-in' }).click();
    await page
      .getByRole('row', { name: /Sign-in: openSession/u })
      .first()
      .waitFor();
    await page.getByRole('combobox', { name: 'Who' }).fill('Dil');
    await page.getByRole('option', { name: /Dilnoza/u }).click();
    const rows = page.getByRole('row', { name: /Sign-in/u });
    await rows.filter({ hasText: 'Amina' }).first().waitFor({ state: 'detached' });
    await rows.filter({ hasText: 'Dilnoza' }).first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('a change of the policy is shown by name before it is proposed, and cannot leave a level without a meaning', async () => {
    const { page } = amina;
    await goTo(page, 'Security policy');
    await page.getByRole('button', { name: 'Change the policy' }).click();
    await page.getByRole('button', { name: 'Remove CONFIDENTIAL' }).click();
    await page.getByRole('button', { name: 'See who gains and loses' }).click();
    await page.getByText('CONFIDENTIAL of generic-ministry').waitFor();
    expect(await page.getByRole('button', { name: 'Propose to a second officer' }).count()).toBe(0);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'In place of CONFIDENTIAL' }).click();
    await page.getByRole('option', { name: 'SECRET', exact: true }).click();
    await page.getByRole('button', { name: 'See who gains and loses' }).click();
    await page.getByRole('button', { name: 'Propose to a second officer' }).click();
    const question = page.getByRole('alertdialog');
    await question.getByText('may read less').waitFor();
    await question.getByRole('button', { name: 'Propose to a second officer' }).press('Enter');
    await page.getByRole('heading', { name: 'Security policy', level: 1 }).waitFor();
    const { client } = ministry.officer;
    await client.catchUp();
    const [{ id } = { id: '' }] = await client.administration.approvals.list();
    expect((await client.administration.approvals.get(id)).policy?.levels.map((level) => level.id)).not.toContain(
      'CONFIDENTIAL',
    );
  });

  test('every screen of the administration is free of barriers from right to left as well', async () => {
    const { page, complaints } = amina;
    await speak(page, 'ar');
    for (const place of ['', ...PLACES]) {
      await page.evaluate(`history.pushState(undefined, '', '/administration/${place}')`);
      await page.getByRole('main').locator('h1, h2').first().waitFor();
      await page.getByRole('status', { name: 'جارٍ التحميل' }).waitFor({ state: 'detached' });
      expect([place, ...(await barriers(page))]).toEqual([place]);
    }
    expect(complaints).toEqual([]);
  });
});
