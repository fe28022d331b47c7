import type { Page } from 'playwright-core';

import { labelAt } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { officerInBrowser } from '../support/officersInBrowser.js';
import type { Scene, Take } from './scene.js';

const PLACES = [
  ...['people', 'posts', 'invitations', 'approvals', 'campaigns', 'revocations', 'evacuation'],
  ...['policy', 'log', 'audit', 'papers', 'health'],
];

/** Every screen of the administration, as an officer with all powers sees it in a ministry at work. */
export async function administration({ ministry, browser }: Scene, take: Take): Promise<void> {
  const { page, personId } = await officerInBrowser(browser, ministry, 'Amina Saidova');
  await somethingHappens(ministry, personId);
  await go(page, '');
  await page.getByText('What you may do').waitFor();
  await take(page, 'administration');
  for (const place of PLACES) {
    await go(page, place);
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    await take(page, `administration-${place}`);
  }
  await go(page, 'people');
  await page.getByRole('row', { name: 'Dilnoza' }).click();
  await page.getByRole('heading', { name: 'Dilnoza' }).waitFor();
  await take(page, 'administration-person');
  await letter(page, take);
  await campaign(page, take);
  await go(page, 'policy');
  await page.getByRole('button', { name: 'Change the policy' }).click();
  await page.getByRole('button', { name: 'See who gains and loses' }).click();
  await page.getByRole('heading', { name: 'Papers' }).waitFor();
  await take(page, 'administration-policy-change');
}

async function somethingHappens({ officer, staff }: ClientMinistry, personId: string): Promise<void> {
  const [writer] = staff;
  if (!writer) return;
  await writer.client.catchUp();
  const { postId } = await writer.client.whoami();
  await writer.client.createConversation({ name: 'Visas', label: labelAt('SECRET'), personIds: [personId] });
  await officer.client.catchUp();
  await officer.client.administration.revokePost(postId, 'COMPROMISED');
}

async function letter(page: Page, take: Take): Promise<void> {
  await go(page, 'invitations');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Leila Marchetti');
  await take(page, 'administration-invite');
  await page.getByRole('button', { name: 'Make the letter' }).click();
  await page.getByRole('heading', { name: 'Letter of enrolment' }).waitFor();
  await take(page, 'administration-letter');
}

async function campaign(page: Page, take: Take): Promise<void> {
  await go(page, 'campaigns');
  await page.getByRole('button', { name: 'Start a rotation' }).click();
  await take(page, 'administration-campaign-start');
  await page.getByRole('button', { name: 'Sign and start' }).click();
  await page.getByRole('heading', { name: 'Devices that hold it back' }).waitFor();
  await take(page, 'administration-campaign');
}

/** Within the page: a reload would lock the vault. */
async function go(page: Page, place: string): Promise<void> {
  await page.evaluate(`history.pushState(undefined, '', '/administration/${place}')`);
}
