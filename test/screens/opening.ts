import { inviteTo, letIn, openWindow } from '../support/browser.js';
import { PASSPHRASE } from '../support/clients.js';
import type { Scene, Take } from './scene.js';

/** From the link to the first screen of the work. */
export async function opening({ ministry, browser, anna }: Scene, take: Take): Promise<void> {
  const { page } = anna;
  await take(page, 'waiting');
  const other = await openWindow(browser);
  await other.page.goto(ministry.server.url);
  await other.page.getByLabel('Enrolment link').waitFor();
  await take(other.page, 'enrol');
  await other.page.goto((await inviteTo(ministry, 'Farida Olimova')).link);
  await other.page.getByLabel('Name of this device').fill('Laptop in Lima');
  await other.page.getByLabel('Passphrase').fill(PASSPHRASE);
  await other.page.getByText(/^(Good|Strong)\.$/).waitFor();
  await take(other.page, 'enrol-passphrase');
  await other.page.context().close();
  await ministry.officer.client.completeEnrolments();
  await page.getByRole('heading', { name: 'Print your recovery code' }).waitFor();
  await take(page, 'welcome');
  await letIn(ministry, anna);
  await page.getByRole('button', { name: 'I have read this' }).click();
  await page.getByRole('link', { name: 'Knowledge' }).click();
  await page.getByText('Nothing waits for your review').waitFor();
  await take(page, 'knowledge-none');
  await page.getByRole('link', { name: 'Conversations' }).click();
}

/** The way out, and back in. */
export async function locking({ anna: { page } }: Scene, take: Take): Promise<void> {
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await page.getByLabel('Passphrase', { exact: true }).waitFor();
  await take(page, 'unlock');
  await page.getByLabel('Passphrase', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByText('does not open the vault').waitFor();
  await take(page, 'unlock-wrong');
}
