import type { Page } from 'playwright-core';

import { takeQuestion } from './scene.js';
import type { Scene, Take } from './scene.js';

/** Finding and reading. */
export async function knowledge({ anna: { page } }: Scene, take: Take): Promise<void> {
  await page.getByRole('link', { name: 'Knowledge' }).click();
  await page.getByRole('link', { name: 'Trade' }).waitFor();
  await take(page, 'knowledge');
  await finding(page, take);
  await reading(page, take);
}

async function finding(page: Page, take: Take): Promise<void> {
  await page.keyboard.press('/');
  await page.locator('#place input[type=search]:focus').waitFor();
  await page.keyboard.type('transit wheat');
  await page.keyboard.press('Enter');
  await page.getByRole('row').first().waitFor();
  await take(page, 'search');
  await page.getByRole('row').first().focus();
  await page.keyboard.press(' ');
  await takeQuestion(page, take, 'search-preview');
  await page.getByRole('button', { name: 'Save this search' }).click();
  await takeQuestion(page, take, 'search-save');
  await page.getByRole('button', { name: /^Report/ }).click();
  await page.getByText('2 papers').waitFor();
  await take(page, 'search-narrowed');
  await page.getByRole('searchbox').fill('zebra');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.getByText('Nothing that you may read answers this.').waitFor();
  await take(page, 'search-none');
  await page.goBack();
}

async function reading(page: Page, take: Take): Promise<void> {
  await page.getByRole('row', { name: 'Transit of wheat' }).click();
  await page.getByRole('article').waitFor();
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.getByRole('textbox').last().fill('The port says fifteen, since Monday.');
  await page.getByRole('button', { name: 'Add comment' }).click();
  await page.getByText('since Monday').waitFor();
  await take(page, 'paper');
  for (const panel of ['Citations', 'Versions', 'About']) {
    await page.getByRole('tab', { name: panel }).click();
    await take(page, `paper-${panel.toLowerCase()}`);
  }
  await page.evaluate(`history.pushState(undefined, '', '/papers/00000000-0000-7000-8000-000000000000')`);
  await page.getByRole('alert').waitFor();
  await take(page, 'paper-missing');
  await page.goBack();
  await page.getByRole('heading', { name: 'Transit of wheat' }).waitFor();
}
