import type { Page } from 'playwright-core';

import { hireInBrowser } from '../support/browser.js';
import { choose, takeQuestion } from './scene.js';
import type { Scene, Take } from './scene.js';

const SAID: readonly (readonly [heading: string, words: string])[] = [
  ['Objectives', 'Transit without quotas for wheat, and a fee that both sides can print.'],
  ['Opening position', 'Half of the quota by weight, and no fee at the weighbridge.'],
  ['Their objectives', 'A say in the timetable, and inspectors of their own at the weighbridge.'],
  ['Arguments to use', 'Both ports earned more in the year without a fee than in any year with one.'],
  ['Press line', 'The talks were useful, and will go on.'],
];

/** From an empty paper to one that was published twice; and the collection that it lies in. */
export async function writing({ ministry, browser }: Scene, take: Take): Promise<void> {
  const { page } = await hireInBrowser(browser, ministry, 'Leila Haddad', 'SECRET', ['MEMBER', 'PLANNER']);
  await page.getByRole('button', { name: 'I have read this' }).click();
  await page.getByRole('link', { name: 'Knowledge' }).click();
  await page.getByRole('button', { name: 'New collection' }).click();
  await takeQuestion(page, take, 'collection-new');
  await begin(page, take);
  await write(page, take);
  await publish(page);
  await take(page, 'paper-brief');
  await page.getByRole('button', { name: 'Propose for review' }).click();
  await takeQuestion(page, take, 'review-propose');
  await page.getByRole('link', { name: 'Brief view' }).click();
  await page.getByRole('heading', { name: 'Our position' }).waitFor();
  await take(page, 'brief');
  await page.goBack();
  await again(page, take);
  await meanwhile(page, take);
  await collection(page, take);
  await page.context().close();
}

async function begin(page: Page, take: Take): Promise<void> {
  await page.getByRole('button', { name: 'New paper' }).click();
  await page.getByLabel('Title').fill('Corridor talks, second round');
  await choose(page, 'Kind of paper', 'Negotiation brief');
  await choose(page, 'Collection', 'Trade');
  await take(page, 'paper-new');
  await page.getByRole('button', { name: 'Begin to write' }).click();
}

async function write(page: Page, take: Take): Promise<void> {
  const body = page.getByRole('textbox', { name: 'Text', exact: true });
  for (const [heading, words] of SAID) {
    await body.getByText(heading, { exact: true }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.insertText(words);
  }
  await body.getByText('Half of the quota').click();
  await page.getByRole('button', { name: 'Label paragraph' }).click();
  await choose(page, 'Level', 'CONFIDENTIAL');
  await page.getByRole('dialog').getByRole('button', { name: 'Label paragraph' }).click();
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).first().waitFor();
  await take(page, 'editor-raise');
  await page.getByRole('button', { name: 'Raise to CONFIDENTIAL' }).click();
  await page.getByRole('button', { name: 'Write Red lines' }).click();
  await choose(page, 'Level', 'SECRET');
  await page.getByRole('button', { name: 'Begin this part' }).click();
  await page.getByRole('textbox', { name: 'Red lines' }).click();
  await page.keyboard.insertText('Never by the week.');
  await page
    .getByText(/^Saved/)
    .nth(1)
    .waitFor();
  await take(page, 'editor-parts');
  await page.getByLabel('Title').scrollIntoViewIfNeeded();
  await take(page, 'editor');
  await elsewhere(page, take);
}

/** The same draft in two windows. */
async function elsewhere(page: Page, take: Take): Promise<void> {
  const other = await page.context().newPage();
  await other.goto(page.url());
  for (const [window, words] of [
    [other, 'Useful, and long.'],
    [page, 'Useful, and short.'],
  ] as const) {
    await window.getByRole('textbox', { name: 'Text', exact: true }).getByText('The talks were useful').click();
    await window.keyboard.press('End');
    await window.keyboard.press('Enter');
    await window.keyboard.insertText(words);
    if (window === other)
      await window
        .getByText(/^Saved/)
        .first()
        .waitFor();
  }
  await other.close();
  await page.getByRole('alertdialog').getByText('Useful, and long.').waitFor();
  await take(page, 'editor-elsewhere');
  await page.getByRole('button', { name: 'Keep both texts' }).click();
  await page
    .getByText(/^Saved/)
    .first()
    .waitFor();
}

/** Another version, and what differs. */
async function again(page: Page, take: Take): Promise<void> {
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('textbox', { name: 'Text', exact: true }).getByText('Half of the quota').click();
  await page.keyboard.press('Home');
  await page.keyboard.type('At least ');
  await publish(page);
  await page.getByRole('tab', { name: 'Versions' }).click();
  await page.getByRole('link', { name: 'What changed' }).click();
  await page.getByText('1 paragraph differs.').waitFor();
  await take(page, 'compare');
  await page.getByRole('button', { name: 'Show in one text' }).click();
  await take(page, 'compare-inline');
}

/** While a next version is written, another window brings back the first. */
async function meanwhile(page: Page, take: Take): Promise<void> {
  await page.goBack();
  await page.getByRole('article').waitFor();
  const paper = page.url();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('textbox', { name: 'Text', exact: true }).getByText('Half of the quota').click();
  await page.keyboard.press('Home');
  await page.keyboard.type('Not more than ');
  const other = await page.context().newPage();
  await other.goto(paper);
  await other.getByRole('tab', { name: 'Versions' }).click();
  await other.getByRole('link', { name: 'Version 1' }).click();
  await other.getByRole('button', { name: 'Restore this version' }).click();
  await other.getByText('Version 3 of').waitFor();
  await other.close();
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('button', { name: 'Publish version' }).click();
  await page.getByText('Version 3 was published meanwhile').waitFor();
  await takeQuestion(page, take, 'conflict');
}

async function collection(page: Page, take: Take): Promise<void> {
  await page.getByRole('link', { name: 'Knowledge' }).click();
  await page.getByRole('link', { name: 'Trade' }).waitFor();
  await take(page, 'knowledge-planner');
  await page.getByRole('link', { name: 'Trade' }).click();
  await page.getByRole('row', { name: 'Corridor talks' }).waitFor();
  await take(page, 'collection');
  await page.getByRole('link', { name: 'Import files' }).click();
  await page.getByRole('heading', { name: 'Import files' }).waitFor();
  await take(page, 'import');
}

async function publish(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('button', { name: 'Publish version' }).click();
  await page.getByRole('article').waitFor();
  await page.getByRole('status').getByRole('button', { name: 'Close' }).click();
}
