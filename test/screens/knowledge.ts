import type { Page } from 'playwright-core';

import { hireInBrowser } from '../support/browser.js';
import { filePapers } from './papers.js';
import type { Scene, Take } from './scene.js';

/** Finding and reading, then writing. */
export async function knowledge(scene: Scene, take: Take): Promise<void> {
  const { ministry, anna } = scene;
  const { page } = anna;
  const { officer, staff } = ministry;
  await filePapers(staff[0]?.client ?? officer.client);
  await page.getByRole('link', { name: 'Knowledge' }).click();
  await page.getByRole('link', { name: 'Trade' }).waitFor();
  await take(page, 'knowledge');
  await page.keyboard.press('/');
  await page.locator('#place input[type=search]:focus').waitFor();
  await page.keyboard.type('transit wheat');
  await page.keyboard.press('Enter');
  await page.getByRole('row').first().waitFor();
  await take(page, 'search');
  await page.getByRole('row').first().click();
  await page.getByRole('article').waitFor();
  await take(page, 'paper');
  await writing(scene, take);
}

async function writing({ ministry, browser }: Scene, take: Take): Promise<void> {
  const { page } = await hireInBrowser(browser, ministry, 'Leila Haddad', 'SECRET', ['MEMBER', 'PLANNER']);
  await page.getByRole('link', { name: 'Knowledge' }).click();
  await page.getByRole('button', { name: 'New paper' }).click();
  await page.getByLabel('Title').fill('Corridor talks, second round');
  await choose(page, 'Kind of paper', 'Negotiation brief');
  await choose(page, 'Collection', 'Trade');
  await take(page, 'paper-new');
  await page.getByRole('button', { name: 'Begin to write' }).click();
  const body = page.getByRole('textbox', { name: 'Text', exact: true });
  await body.getByText('Opening position').click();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Half of the quota by weight, and no fee at the weighbridge.');
  await page.getByRole('button', { name: 'Label paragraph' }).click();
  await choose(page, 'Level', 'CONFIDENTIAL');
  await page.getByRole('dialog').getByRole('button', { name: 'Label paragraph' }).click();
  await page.getByRole('button', { name: 'Raise to CONFIDENTIAL' }).click();
  await page.getByRole('button', { name: 'Write Red lines' }).click();
  await choose(page, 'Level', 'SECRET');
  await page.getByRole('button', { name: 'Begin this part' }).click();
  await page.getByRole('textbox', { name: 'Red lines' }).click();
  await page.keyboard.type('Never by the week.');
  await page
    .getByText(/^Saved/)
    .nth(1)
    .waitFor();
  await take(page, 'editor');
  await publish(page);
  await take(page, 'paper-brief');
  await page.getByRole('link', { name: 'Brief view' }).click();
  await page.getByRole('heading', { name: 'Our position' }).waitFor();
  await take(page, 'brief');
  await page.goBack();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await body.getByText('Half of the quota').click();
  await page.keyboard.press('Home');
  await page.keyboard.type('At least ');
  await publish(page);
  await page.getByRole('tab', { name: 'Versions' }).click();
  await page.getByRole('link', { name: 'What changed' }).click();
  await page.getByText('1 paragraph differs.').waitFor();
  await take(page, 'compare');
  await page.getByRole('link', { name: 'Knowledge' }).click();
  await page.getByRole('link', { name: 'Trade' }).click();
  await page.getByRole('row', { name: 'Corridor talks' }).waitFor();
  await take(page, 'collection');
  await page.getByRole('link', { name: 'Import files' }).click();
  await page.getByRole('heading', { name: 'Import files' }).waitFor();
  await take(page, 'import');
  await page.context().close();
}

async function publish(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('button', { name: 'Publish version' }).click();
  await page.getByRole('article').waitFor();
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}
