import type { Browser, Page } from 'playwright-core';

import { barriers, follow, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { goTo, officerInBrowser } from '../support/officersInBrowser.js';
import { describeWith } from '../support/requirements.js';

/** What somebody could call themselves. */
const SCRIPT = '<img src=x onerror="window.ran=1">';
const NAME = `Leila ${SCRIPT}`;

describeWith('chromium', 'an officer in a browser', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let amina: BrowserPerson;
  let leila: BrowserPerson;

  beforeAll(async () => {
    [ministry, browser] = await Promise.all([startMinistry([]), startBrowser()]);
    amina = await officerInBrowser(browser, ministry, 'Amina Saidova');
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('invites somebody by a letter, and completes the enrolment of who has used its link', async () => {
    const { page, complaints } = amina;
    await goTo(page, 'Posts');
    await page.getByRole('button', { name: 'Open a post' }).click();
    await page.getByLabel('Name of the post').fill(`Consulate ${SCRIPT}`);
    await page.getByLabel('Country of the mission').fill('om');
    await page.getByRole('dialog').getByRole('button', { name: 'Open a post' }).click();
    await page.getByText(`Consulate ${SCRIPT}`).waitFor();
    expect(await barriers(page)).toEqual([]);

    await goTo(page, 'Invitations');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByLabel('Name', { exact: true }).fill(NAME);
    await choose(page, 'Post', `Consulate ${SCRIPT}`);
    await choose(page, 'Up to', 'SECRET');
    await page.getByLabel('Title', { exact: true }).fill('Consul General');
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make the letter' }).click();
    const letter = page.getByRole('article', { name: 'Letter of enrolment' });
    await letter.getByRole('img', { name: 'QR code of the link' }).waitFor();
    await letter.getByText('Consul General').waitFor();
    const link = await letter.getByText(/\/enrol#/u).innerText();
    await letter.getByText(/^(?:[0-9A-F]{4} ){15}[0-9A-F]{4}$/u).waitFor(); // the root, as the newcomer's profile shows it
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'It is printed' }).click();
    expect(await page.content()).not.toContain('/enrol#');

    leila = await follow(browser, { link, personId: '' });
    const claim = page.getByRole('article', { name: NAME });
    await claim.getByText('SECRET', { exact: true }).waitFor();
    await claim.getByText('Consul General').waitFor();
    await claim.getByText('the server never saw its secret').waitFor();
    await claim.getByRole('button', { name: 'Complete the enrolment' }).click();
    await page.getByText('Nobody waits.').waitFor();
    await leila.page.getByText('Print your recovery code').waitFor();
    expect(await page.evaluate(`'ran' in window`)).toBe(false);
    expect(complaints).toEqual([]);
  });

  test('finds the person, gives roles and another clearance: each a statement that the browser can have proved', async () => {
    const { page } = amina;
    await goTo(page, 'People');
    await page.getByLabel('Find by name or post').fill('leila consul');
    await page.getByText('1 person', { exact: true }).waitFor();
    await page.getByRole('row', { name: NAME }).click();
    await page.getByRole('heading', { name: NAME, level: 1 }).waitFor();

    await page.getByRole('button', { name: 'Post and roles…' }).click();
    await page.getByRole('checkbox', { name: 'Planner' }).check({ force: true });
    await page.getByRole('button', { name: 'Sign' }).click();
    await page.getByRole('row', { name: /serves at .* as .Consul General. \(Member and Planner\)/u }).waitFor();
    await page.getByRole('button', { name: 'Clearance…' }).click();
    await choose(page, 'Up to', 'RESTRICTED');
    await page.getByRole('checkbox', { name: 'NEGOTIATION' }).check({ force: true });
    await page.getByRole('button', { name: 'Sign' }).click();
    const statement = page.getByRole('row', { name: /is cleared for RESTRICTED \/\/ NEGOTIATION/u });
    await statement.getByRole('button', { name: 'Prove' }).click();
    await statement.getByText('Proved by inclusion').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate(`'ran' in window`)).toBe(false);
  });

  test('revokes a device by keyboard alone, having read what it touches; the device is refused', async () => {
    const { page, complaints } = amina;
    const devices = page.getByRole('grid', { name: 'Devices' });
    await devices.getByRole('row', { name: 'Laptop in Tashkent' }).focus();
    await page.keyboard.press('ArrowLeft'); // to what can be done, at the end of the row
    await page.keyboard.press('Enter');
    const question = page.getByRole('alertdialog');
    await question.getByText('A revoked device never comes back').waitFor();
    await question.getByText('It leaves 0 conversations').waitFor();
    expect(await barriers(page)).toEqual([]);
    const keep = question.getByRole('button', { name: 'Change nothing' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Change nothing');
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(await page.evaluate(`document.activeElement.getAttribute('aria-label')`)).toBe('Revoke: Laptop in Tashkent');

    await page.keyboard.press('Enter');
    await keep.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await leila.page.getByText('This device was revoked').waitFor();
    await page.getByRole('row', { name: /The device .* is revoked/u }).waitFor();
    expect(complaints).toEqual([]);
  });
});

/** From a list that opens. */
async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}
