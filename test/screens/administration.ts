import type { Page } from 'playwright-core';

import { labelAt } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { officerInBrowser } from '../support/officersInBrowser.js';
import { choose, takeQuestion } from './scene.js';
import type { Scene, Take } from './scene.js';

const PLACES = [
  ...['people', 'posts', 'invitations', 'approvals', 'campaigns', 'revocations', 'evacuation'],
  ...['policy', 'log', 'audit', 'papers', 'health'],
];

/** Every screen of the administration, as an officer with all powers sees it in a ministry at work. */
export async function administration({ ministry, browser }: Scene, take: Take): Promise<void> {
  const { page, personId } = await officerInBrowser(browser, ministry, 'Amina Saidova');
  await page.getByText('This browser may delete the vault').waitFor();
  await take(page, 'storage');
  await page.getByRole('button', { name: 'I have read this' }).click();
  await somethingHappens(ministry, personId);
  await page.evaluate(`history.pushState(undefined, '', '/administration')`);
  await page.getByText('What you may do').waitFor();
  await page.getByText('act waits for your signature').waitFor();
  await take(page, 'administration');
  for (const place of PLACES) {
    await go(page, place);
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    await take(page, `administration-${place}`);
  }
  await person(page, take);
  await decisions(page, take);
  await records(page, take);
  await letter(page, take);
  await campaign(ministry, page, take);
  await policy(page, take);
}

async function person(page: Page, take: Take): Promise<void> {
  await go(page, 'people');
  await page.getByRole('row', { name: 'Dilnoza' }).click();
  await page.getByRole('heading', { name: 'Dilnoza' }).waitFor();
  await take(page, 'administration-person');
  await page.getByRole('button', { name: 'Clearance…' }).click();
  await takeQuestion(page, take, 'administration-clearance');
  await page.getByRole('button', { name: 'Post and roles…' }).click();
  await takeQuestion(page, take, 'administration-roles');
  await page.getByRole('button', { name: /^Revoke: / }).click();
  await takeQuestion(page, take, 'administration-revoke');
}

/** What is decided with a second officer. */
async function decisions(page: Page, take: Take): Promise<void> {
  await go(page, 'approvals');
  await page.getByRole('button', { name: 'Look and approve…' }).click();
  await takeQuestion(page, take, 'administration-approve');
  await page.getByRole('tab', { name: 'Decided' }).click();
  await take(page, 'administration-decided');
  await go(page, 'evacuation');
  await choose(page, 'Mission', 'Embassy in Lima');
  await page.getByText('What it would do').waitFor();
  await take(page, 'administration-evacuation-mission');
  await go(page, 'posts');
  await page.getByRole('button', { name: 'Open a post' }).click();
  await takeQuestion(page, take, 'administration-post');
}

/** What this browser verifies. */
async function records(page: Page, take: Take): Promise<void> {
  await go(page, 'log');
  await page.getByRole('button', { name: 'Replay the whole log' }).click();
  await page.getByText('The log verifies').waitFor();
  await take(page, 'administration-log-verified');
  await go(page, 'audit');
  await page.getByRole('button', { name: 'Verify the whole trail' }).click();
  await page.getByRole('main').getByRole('status').first().waitFor();
  await take(page, 'administration-audit-verified');
}

async function policy(page: Page, take: Take): Promise<void> {
  await go(page, 'policy');
  await page.getByRole('button', { name: 'Change the policy' }).click();
  await top(page);
  await take(page, 'administration-policy-change');
  await page.getByRole('button', { name: 'See who gains and loses' }).click();
  await page.getByRole('heading', { name: 'Papers' }).waitFor();
  await page.getByRole('heading', { name: 'Papers' }).scrollIntoViewIfNeeded();
  await take(page, 'administration-policy-consequences');
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
  await top(page);
  await take(page, 'administration-letter');
}

async function campaign({ staff }: ClientMinistry, page: Page, take: Take): Promise<void> {
  await go(page, 'campaigns');
  await page.getByRole('button', { name: 'Start a rotation' }).click();
  await take(page, 'administration-campaign-start');
  await page.getByRole('button', { name: 'Sign and start' }).click();
  await page.getByRole('heading', { name: 'Devices that hold it back' }).waitFor();
  await take(page, 'administration-campaign');
  for (const { client } of staff) await client.catchUp();
  await page.locator('[role=progressbar]:not([aria-valuenow="0"])').first().waitFor();
  await take(page, 'administration-campaign-progress');
}

async function top(page: Page): Promise<void> {
  await page.evaluate(`document.querySelector('main').scrollTo(0, 0)`);
}

/** Within the page: a reload would lock the vault. */
async function go(page: Page, place: string): Promise<void> {
  await page.evaluate(`history.pushState(undefined, '', '/administration/${place}')`);
}
