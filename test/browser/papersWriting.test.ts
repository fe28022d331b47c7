import { EventEmitter, once } from 'node:events';

import type { Browser, Page } from 'playwright-core';

import { CreateCollectionDocument, FileDocumentsDocument, GrantCollectionDocument } from '#contracts';
import type { LabelInput } from '#contracts';
import { genericMinistry } from '#policy';

import { barriers, hireInBrowser, startBrowser, unlock } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { describeWith } from '../support/requirements.js';

const labelAt = (level: string): LabelInput => ({ policy: genericMinistry.id, level, categories: [] });
const bodyOf = (page: Page) => page.getByRole('textbox', { name: 'Text', exact: true });

describeWith('chromium', 'a planner who writes', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;
  let boris: BrowserPerson;

  beforeAll(async () => {
    const planner = { name: 'Petra', level: 'TOP_SECRET', roles: ['MEMBER', 'PLANNER'] } as const;
    [ministry, browser] = await Promise.all([startMinistry([planner]), startBrowser()]);
    const petra = ministry.staff[0]!.client;
    await petra.catchUp();
    const input = { name: 'Transit', defaultLabel: labelAt('RESTRICTED') };
    const { createCollection } = await petra.execute(CreateCollectionDocument, { input });
    const { postId } = await petra.whoami();
    const collectionId = createCollection.id;
    await petra.execute(GrantCollectionDocument, { input: { collectionId, access: 'WRITE', postId } });
    const source = { title: 'Port fees of March', body: 'The fee is ten.\n\nThe port is open.', kind: 'report' };
    const documents = [{ ...source, language: 'en', label: labelAt('RESTRICTED') }];
    await petra.execute(FileDocumentsDocument, { collectionId, documents });
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova', 'SECRET', ['MEMBER', 'PLANNER']);
    boris = await hireInBrowser(browser, ministry, 'Boris Lind', 'CONFIDENTIAL', ['MEMBER', 'PLANNER']);
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('makes a brief from its template, with labels for paragraphs, red lines of their own and a citation', async () => {
    const { page, complaints } = anna;
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByRole('heading', { name: 'Collections' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'New paper' }).click();
    await page.getByLabel('Title').fill('Transit talks, opening');
    await choose(page, 'Kind of paper', 'Negotiation brief');
    await choose(page, 'Collection', 'Transit');
    await page.getByRole('button', { name: 'Begin to write' }).click();
    await bodyOf(page).waitFor();
    await page
      .getByText(/^Saved/)
      .first()
      .waitFor();
    await bodyOf(page).getByText('Opening position').click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Half of the quota, as [[');
    await page.getByLabel('Find the paper').fill('port fees');
    await page.getByRole('option', { name: 'Port fees of March' }).click();
    await page.getByRole('option', { name: 'The fee is ten.' }).click();
    await bodyOf(page).getByRole('link', { name: 'Port fees of March' }).waitFor();
    await page.keyboard.type('says.');
    await bodyOf(page).getByText('Half of the quota').click();
    await page.getByRole('button', { name: 'Label paragraph' }).click();
    await choose(page, 'Level', 'CONFIDENTIAL');
    const line = await slowSaving(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Label paragraph' }).click();
    await line.isWaiting;
    await page.getByRole('button', { name: 'Raise to CONFIDENTIAL' }).click();
    await page.getByRole('button', { name: 'Label: CONFIDENTIAL' }).waitFor();
    await page.getByRole('button', { name: 'Write Red lines' }).click();
    await choose(page, 'Level', 'SECRET');
    await page.getByRole('button', { name: 'Begin this part' }).click();
    line.recover(); // the label that was raised is still to be saved, and the part waits for it
    await page.getByRole('textbox', { name: 'Red lines' }).click();
    await page.keyboard.type('Never below vermilionquay.');
    await page
      .getByText(/^Saved/)
      .nth(1)
      .waitFor();
    expect(await barriers(page)).toEqual([]);

    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByLabel('What changed, and why').fill('First text');
    await page.getByRole('button', { name: 'Publish version' }).click();
    await page.getByRole('heading', { name: 'Transit talks, opening' }).waitFor();
    await page.getByText('Never below vermilionquay.').waitFor();
    await page.getByText('(C)').waitFor();
    await page.getByRole('tab', { name: 'Citations' }).click();
    await page.getByText('As cited, version 1').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('proposes it; a reader without clearance for the red lines approves it, and finds no trace of them', async () => {
    const { page } = anna;
    await page.getByRole('button', { name: 'Propose for review' }).click();
    await page.getByText('Boris Lind').click();
    await page.getByRole('button', { name: 'Ask for review' }).click();
    await page.getByRole('heading', { name: 'Under review' }).waitFor();

    const { page: his, complaints } = boris;
    await his.getByRole('link', { name: 'Knowledge' }).click();
    await his.getByRole('link', { name: 'Transit talks, opening' }).first().click();
    await his.getByText('Half of the quota').waitFor();
    await his.getByRole('button', { name: 'Ask for changes' }).click();
    await his.getByText('Say what has to change.').waitFor();
    await his.getByRole('button', { name: 'Approve this version' }).click();
    await his.getByRole('heading', { name: 'Approved' }).waitFor();
    await his.getByRole('link', { name: 'Brief view' }).click();
    await his.getByRole('heading', { name: 'Our position' }).waitFor();
    const seen = await his.content();
    await his.getByRole('link', { name: 'Knowledge' }).click();
    await his.getByLabel('Search the papers').fill('vermilionquay');
    await his.keyboard.press('Enter');
    await his.getByText('Nothing that you may read answers this.').waitFor();
    for (const trace of ['vermilionquay', 'Red lines']) expect(seen).not.toContain(trace);
    expect(complaints).toEqual([]);
  });

  test('finds it, saves the search, comments, makes a new version, compares, and takes it out as files', async () => {
    const { page, complaints } = anna;
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByLabel('Search the papers').fill('kind:negotiation-brief quota');
    await page.keyboard.press('Enter');
    await page.getByText('1 paper', { exact: true }).waitFor();
    await page.getByText('Kind: Negotiation brief').waitFor();
    await page.getByRole('button', { name: 'Save this search' }).click();
    await page.getByLabel('Name of the search').fill('Quotas');
    await page.getByRole('button', { name: 'Save search' }).click();
    await page.locator('button:focus', { hasText: 'Save this search' }).waitFor(); // a closed dialog gives the focus back
    const found = page.getByRole('row', { name: 'Transit talks, opening' });
    await found.focus();
    await page.keyboard.press('Space');
    await page.getByRole('dialog').getByText('Half of the quota').waitFor();
    await page.keyboard.press('Escape');
    await found.and(page.locator(':focus')).press('Enter'); // the focus comes back a moment after the dialog is gone
    await page.getByRole('article').first().getByText('Half of the quota').waitFor();

    await page.keyboard.press('r');
    await page.getByRole('textbox', { name: 'Comment on this paragraph' }).waitFor();
    await page.keyboard.type('Is half enough?');
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByRole('complementary').getByText('Is half enough?').waitFor();

    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await bodyOf(page).getByText('Half of the quota').click();
    await page.keyboard.press('Home');
    await page.keyboard.type('At least ');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('button', { name: 'Publish version' }).click();
    await page.getByText('At least Half of the quota').waitFor();
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByRole('link', { name: 'What changed' }).click();
    await page.getByText('1 paragraph differs.').waitFor();
    await page.locator('ins').getByText('At least').first().waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.goBack();

    for (const [format, ending] of [
      ['Markdown', 'md'],
      ['Word (DOCX)', 'docx'],
      ['PDF', 'pdf'],
      ['Mail (EML)', 'eml'],
      ['Everything as ZIP', 'zip'],
    ]) {
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: format! }).click();
      expect((await downloading).suggestedFilename()).toMatch(new RegExp(`\\.${ending!}$`));
    }
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByRole('link', { name: 'Quotas' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('writes in two windows at once, is told so, and keeps both texts', async () => {
    const { page, complaints } = anna;
    const addTo = async (window: Page, words: string): Promise<void> => {
      await bodyOf(window).getByText('Begun in the first.').click();
      await window.keyboard.press('End');
      await window.keyboard.press('Enter');
      await window.keyboard.type(words);
    };
    const saved = (window: Page): Promise<void> =>
      window
        .getByText(/^Saved/)
        .first()
        .waitFor();
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByRole('button', { name: 'New paper' }).click();
    await page.getByLabel('Title').fill('Two windows');
    await choose(page, 'Collection', 'Transit');
    await page.getByRole('button', { name: 'Begin to write' }).click();
    await bodyOf(page).click();
    await page.keyboard.type('Begun in the first.');
    await page.getByRole('button', { name: 'Label paragraph' }).click();
    await choose(page, 'Level', 'CONFIDENTIAL');
    await page.getByRole('dialog').getByRole('button', { name: 'Label paragraph' }).click();
    await page.getByRole('button', { name: 'Raise to CONFIDENTIAL' }).click();
    await page.getByRole('button', { name: 'Label: CONFIDENTIAL' }).waitFor();
    await saved(page);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await addTo(other, 'Said in the second.');
    await saved(other);
    await addTo(page, 'Said in the first.');
    const question = page.getByRole('alertdialog', { name: 'You wrote elsewhere, too' });
    await question.getByText('Said in the second.').waitFor();
    await question.getByText('Said in the first.').waitFor();
    expect(await question.getByText('Begun in the first.').count()).toBe(0); // both say it
    expect(await barriers(page)).toEqual([]);
    await question.getByRole('button', { name: 'Keep both texts' }).click();
    await bodyOf(page).getByText('Said in the second.').waitFor();
    await bodyOf(page).getByText('Said in the first.').waitFor();
    await saved(page);
    await other.reload();
    for (const words of ['Begun in the first.', 'Said in the second.', 'Said in the first.'])
      await bodyOf(other).getByText(words).waitFor();
    expect(await bodyOf(other).getByText('Begun in the first.').count()).toBe(1);
    await other.close();
    expect(complaints).toEqual([]);
  });

  test('loses nothing: not to another editor, not to a reload', async () => {
    const { page, complaints } = anna;
    const { page: his } = boris;
    for (const [window, words] of [
      [page, 'Anna says three. '],
      [his, 'Boris says four. '],
    ] as const) {
      await window.getByRole('link', { name: 'Knowledge' }).click();
      await window.getByRole('link', { name: 'Transit talks, opening' }).first().click();
      await window.getByRole('button', { name: 'Edit', exact: true }).click();
      await bodyOf(window).getByText('At least Half').click();
      await window.keyboard.press('Home');
      await window.keyboard.type(words);
      await window
        .getByText(/^Saved/)
        .first()
        .waitFor();
    }
    await his.getByRole('button', { name: 'Publish' }).click();
    await his.getByRole('button', { name: 'Publish version' }).click();
    await his.getByText('Boris says four. At least').waitFor();

    await page.reload();
    await unlock(page);
    await bodyOf(page).getByText('Anna says three. At least').waitFor();
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('button', { name: 'Publish version' }).click();
    await page.getByText('Version 3 was published meanwhile').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Publish both together' }).click();
    await page.getByRole('article').getByText('Anna says three. At least').waitFor();
    await page.getByRole('article').getByText('Boris says four. At least').waitFor();
    expect(complaints).toEqual([]);
  });
});

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

interface SlowLine {
  /** The first save is on its way, and does not arrive. */
  readonly isWaiting: Promise<unknown>;
  recover(): void;
}

/** Drafts that are saved stay on the line until it recovers. */
async function slowSaving(page: Page): Promise<SlowLine> {
  const line = new EventEmitter();
  const isWaiting = once(line, 'waiting');
  const hasRecovered = once(line, 'recovered');
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('SaveDraft') === true) {
      line.emit('waiting');
      await hasRecovered;
    }
    await route.continue();
  });
  return { isWaiting, recover: () => line.emit('recovered') };
}
