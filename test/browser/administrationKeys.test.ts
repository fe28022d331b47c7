import { readFile } from 'node:fs/promises';

import type { Browser, Page } from 'playwright-core';

import { barriers, speak, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { sql } from '../support/ministry.js';
import { goTo, officerInBrowser } from '../support/officersInBrowser.js';
import { describeWith } from '../support/requirements.js';
import { until } from '../support/until.js';

/** A file that the page hands to the person. */
async function saved(page: Page, press: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return readFile(await download.path());
}

/** The form's first field, as each language names it; English last. */
const DEADLINE = [
  ['fr', 'Échéance'],
  ['ar', 'الموعد النهائي'],
  ['ru', 'Срок'],
  ['uz', 'Muddat'],
  ['en', 'Deadline'],
] as const;

describeWith('chromium', 'two officers, each in a browser', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let amina: BrowserPerson;
  let boris: BrowserPerson;

  beforeAll(async () => {
    // the second one serves at the embassy in Lima
    const people = [{ name: 'Dilnoza' }, { name: 'Carlos' }];
    [ministry, browser] = await Promise.all([startMinistry(people), startBrowser()]);
    const [dilnoza, carlos] = ministry.staff;
    const label = labelAt('SECRET');
    await dilnoza!.client.catchUp();
    await dilnoza!.client.createConversation({ name: 'Visas', label, personIds: [carlos!.personId] });
    await carlos!.client.catchUp();
    amina = await officerInBrowser(browser, ministry, 'Amina Saidova');
    boris = await officerInBrowser(browser, ministry, 'Boris Orlov');
    // a day passes: they are no longer new
    await sql(ministry.server, "UPDATE statement SET recorded_at = recorded_at - interval '25 hours'");
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('one starts a rotation of keys and sees who holds it back, and then nobody', async () => {
    const { page } = amina;
    await goTo(page, 'Key rotation');
    await page.getByRole('button', { name: 'Start a rotation' }).click();
    expect(await barriers(page)).toEqual([]);
    for (const [language, name] of DEADLINE) {
      await speak(page, language);
      const deadline = page.getByRole('group', { name, exact: true });
      await deadline.waitFor();
      expect(await deadline.locator('[data-placeholder="true"]').count()).toBe(0); // the day stays as it was chosen
    }
    await page.getByRole('button', { name: 'Sign and start' }).click();
    await page.getByRole('row', { name: /Dilnoza/u }).waitFor();
    await page.getByRole('progressbar', { name: 'Conversations done' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    // a day passes: what was counted when it began was counted yesterday
    const move = "UPDATE campaign_day SET day = day - 1 WHERE day = (now() AT TIME ZONE 'UTC')::date RETURNING day";
    await until(async () => (await sql(ministry.server, move)).length === 1);
    for (const { client } of [...ministry.staff, ...ministry.staff]) await client.catchUp();
    await page.getByText('No device holds it back.').waitFor();
  });

  test('sees the way of a rotation drawn by days, and reads the same numbers in a table', async () => {
    const { page } = amina;
    const chart = page.getByRole('figure').filter({ hasText: 'with new keys: by day' });
    await chart.getByRole('listitem').filter({ hasText: 'All of them' }).waitFor();
    await chart.getByText('Show the numbers').click();
    const numbers = chart.getByRole('table').locator('tbody td');
    await numbers.nth(3).waitFor();
    expect(await numbers.allTextContents()).toEqual(['0', '2', '2', '2']);
    expect(await barriers(page)).toEqual([]);
  });

  test('one rehearses the evacuation of a mission, and the browser verifies the signed report', async () => {
    const { page, complaints } = amina;
    await goTo(page, 'Evacuation');
    await page.getByRole('button', { name: 'Mission' }).click();
    await page.getByRole('option', { name: 'Embassy in Lima' }).click();
    await page.getByRole('row', { name: /Carlos/u }).waitFor();
    expect(await barriers(page)).toEqual([]);
    const report = await saved(page, () => page.getByRole('button', { name: 'Rehearse' }).click());
    await page.getByLabel('Report of an evacuation').setInputFiles(asFile(report));
    await page.getByText('The rehearsal verifies: 1 device, 0 of them revoked.').waitFor();
    const forged = Buffer.from(report.toString().replaceAll('Carlos', 'Karlos'));
    await page.getByLabel('Report of an evacuation').setInputFiles(asFile(forged));
    await page.getByText('This report can’t be trusted').waitFor();
    expect(complaints).toEqual([]);
  });

  test('one asks, and cannot approve it; the other reads in the statement what it does, and signs', async () => {
    const { page } = amina;
    await page.getByRole('button', { name: 'Evacuate…' }).focus();
    await page.keyboard.press('Enter');
    const question = page.getByRole('alertdialog');
    await question.getByText('Then 1 device of 1 person').waitFor();
    expect(await barriers(page)).toEqual([]);
    await question.getByRole('button', { name: 'Propose to a second officer' }).press('Enter');
    await question.waitFor({ state: 'detached' });
    await goTo(page, 'Approvals');
    await page.getByText('You asked for this').waitFor();
    expect(await page.getByRole('button', { name: 'Look and approve…' }).count()).toBe(0);

    await goTo(boris.page, 'Approvals');
    const act = boris.page.getByRole('article', { name: /Embassy in Lima.*1 device of 1 person/u });
    await act.getByText('Amina Saidova').waitFor();
    await act.getByText('1 device that it ends').click();
    await act.getByText('Laptop of Carlos').waitFor();
    expect(await barriers(boris.page)).toEqual([]);
    await act.getByRole('button', { name: 'Look and approve…' }).press('Enter');
    await boris.page.getByRole('alertdialog').getByRole('button', { name: 'Approve and sign' }).press('Enter');
    await boris.page.getByText('Nothing waits for a second signature.').waitFor();
    await boris.page.getByRole('tab', { name: 'Decided' }).click();
    await boris.page
      .getByRole('row', { name: /Embassy in Lima/u })
      .filter({ hasText: 'approved' })
      .waitFor();
  });

  test('both see how far it is, until it is done, and keep a signed report of it', async () => {
    const { page } = amina;
    const [dilnoza, carlos] = ministry.staff;
    await expect(carlos!.client.catchUp()).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
    await goTo(page, 'Evacuation');
    await page.getByRole('button', { name: 'Mission' }).click();
    await page.getByRole('option', { name: 'Embassy in Lima' }).click();
    await page.getByText('The others are changing the keys: 1 device to go.').waitFor();
    await dilnoza!.client.catchUp();
    await page.getByText('Done: none of these devices can read').waitFor();
    const report = await saved(page, () => page.getByRole('button', { name: 'Save the signed report' }).click());
    await page.getByLabel('Report of an evacuation').setInputFiles(asFile(report));
    await page.getByText('The report verifies: 1 of 1 device were revoked.').waitFor();
    await goTo(boris.page, 'Revocations');
    await boris.page.getByRole('row', { name: 'Carlos' }).filter({ hasText: 'out of all: 1 conversation' }).waitFor();
    expect(await barriers(boris.page)).toEqual([]);
    expect([...amina.complaints, ...boris.complaints]).toEqual([]);
  });
});

const asFile = (buffer: Buffer) => ({ name: 'report.json', mimeType: 'application/json', buffer });
