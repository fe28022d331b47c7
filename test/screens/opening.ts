import { letIn } from '../support/browser.js';
import type { Scene, Take } from './scene.js';

/** From the link to the first screen of the work. */
export async function opening({ ministry, browser, anna }: Scene, take: Take): Promise<void> {
  const { page } = anna;
  await take(page, 'waiting');
  const other = await browser.newPage();
  await other.goto(ministry.server.url);
  await take(other, 'enrol');
  await other.close();
  await letIn(ministry, anna);
  await page.getByRole('button', { name: 'I have read this' }).click();
}

/** The way out, and back in. */
export async function locking({ anna: { page } }: Scene, take: Take): Promise<void> {
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await page.getByLabel('Passphrase', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByText('does not open the vault').waitFor();
  await take(page, 'unlock-wrong');
}
