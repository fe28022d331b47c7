import type { Browser, Page } from 'playwright-core';

import { follow, letIn } from './browser.js';
import type { BrowserPerson } from './browser.js';
import { clearanceAt } from './clients.js';
import type { ClientMinistry } from './clients.js';

const POWERS = ['assign', 'clear', 'enrol', 'revoke', 'witness'] as const;

/** An officer with all powers, at their own browser, in the administration. */
export async function officerInBrowser(
  browser: Browser,
  ministry: ClientMinistry,
  personName: string,
): Promise<BrowserPerson> {
  const { client } = ministry.officer;
  const { postId } = await client.whoami();
  const clearance = clearanceAt('TOP_SECRET');
  const roles = ['MEMBER', 'REGISTRAR', 'SECURITY_OFFICER'] as const;
  const person = await follow(browser, await client.invite({ personName, postId, clearance, roles }));
  await letIn(ministry, person);
  await client.administration.appoint(person.personId, { powers: POWERS, mayAppoint: true });
  await person.page.getByRole('link', { name: 'Administration' }).click();
  return person;
}

/** Another place of the administration; within the page, because a reload would lock the vault. */
export async function goTo(page: Page, place: string): Promise<void> {
  const places = page.getByRole('navigation', { name: 'Administration' });
  await places.getByRole('link', { name: place, exact: true }).click();
  await page.getByRole('main').getByRole('heading', { level: 1, name: place }).waitFor();
}
