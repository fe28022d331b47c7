import { readFile } from 'node:fs/promises';

import { Injectable, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Browser, Page } from 'playwright-core';

import { verifyAudit, verifyExport } from '#client';

import { FEATURES } from '../../apps/api/src/app.module.js';
import { Jobs, JobsModule } from '../../apps/api/src/platform/jobs/index.js';
import { barriers, speak, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { sql } from '../support/ministry.js';
import { goTo, officerInBrowser } from '../support/officersInBrowser.js';
import { describeWith } from '../support/requirements.js';
import { until } from '../support/until.js';

const PLACES = [
  ...['people', 'posts', 'invitations', 'approvals', 'campaigns', 'revocations', 'evacuation'],
  ...['policy', 'log', 'audit', 'papers', 'health'],
];

const [KIND, OTHER] = ['tested.once', 'tested.twice'];
const SUBJECT = '019a5c2e-8f00-7abc-8def-0123456789ab';
const GIVEN_UP =
  "INSERT INTO job (kind, subject, due_at, state, attempts, code) VALUES ($1, $2, now(), 'REFUSED', 16, $3)";
const done: string[] = [];

/** Kinds of work of the test's own. */
@Injectable()
class Probe implements OnModuleInit {
  constructor(private readonly jobs: Jobs) {}

  onModuleInit(): void {
    for (const kind of [KIND, OTHER])
      this.jobs.register(kind, (subject) => {
        done.push(`${kind} ${subject}`);
        return Promise.resolve();
      });
  }
}

@Module({ imports: [JobsModule], providers: [Probe] })
class ProbeModule {}

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
    const features = [...FEATURES, ProbeModule];
    [ministry, browser] = await Promise.all([startMinistry([{ name: 'Dilnoza' }], { features }), startBrowser()]);
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

  test('work that the server gave up is named by kind and failure, never by what it is about, and tried again', async () => {
    const { page } = amina;
    for (const values of [
      [KIND, SUBJECT, 'LABEL_UNKNOWN'],
      [OTHER, 'another', '57014'],
    ])
      await sql(ministry.server, GIVEN_UP, values);
    await goTo(page, 'Health');
    const [row, other] = [KIND, OTHER].map((kind) => page.getByRole('row', { name: kind }));
    await row?.getByText('LABEL_UNKNOWN').waitFor();
    await other?.getByText('57014').waitFor();
    expect(await page.getByRole('main').innerText()).not.toContain(SUBJECT);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: /Try again: .?tested\.once, LABEL_UNKNOWN/u }).waitFor();
    await row?.focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key); // over the row's cells
    await page.getByText(/tested\.once, LABEL_UNKNOWN.?: this is being tried again/u).waitFor();
    await row?.waitFor({ state: 'detached' });
    await other?.waitFor();
    await until(() => Promise.resolve(done.length > 0));
    expect(done).toEqual([`${KIND} ${SUBJECT}`]);
  });

  test('every screen of the administration is free of barriers from right to left as well', async () => {
    const { page, complaints } = amina;
    await speak(page, 'ar');
    for (const place of ['', ...PLACES]) {
      await page.evaluate(`history.pushState(undefined, '', '/administration/${place}')`);
      await page.getByRole('main').locator('h1, h2').first().waitFor();
      await until(async () => (await page.getByRole('status', { name: 'جارٍ التحميل' }).count()) === 0); // some have several
      expect([place, ...(await barriers(page))]).toEqual([place]);
    }
    expect(complaints).toEqual([]);
  });
});
