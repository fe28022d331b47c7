import type { Browser } from 'playwright-core';

import {
  CreateCollectionDocument,
  FileDocumentsDocument,
  GrantCollectionDocument,
  MyNoticesDocument,
} from '#contracts';
import type { LabelInput } from '#contracts';
import { genericMinistry } from '#policy';

import { barriers, hireInBrowser, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { describeWith } from '../support/requirements.js';

const secret: LabelInput = { policy: genericMinistry.id, level: 'SECRET', categories: [] };

describeWith('chromium', 'a planner who talks about a paper', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;
  /** Reads the paper. */
  let rustam: TestClient;
  /** Is of the same post, and is not cleared for it. */
  let rustem: TestClient;

  beforeAll(async () => {
    const planner = { name: 'Petra', roles: ['MEMBER', 'PLANNER'] } as const;
    const others = [{ name: 'Rustam Karimov' }, { name: 'Rustem Low', level: 'RESTRICTED' }];
    [ministry, browser] = await Promise.all([startMinistry([planner, ...others]), startBrowser()]);
    const [petra, ...named] = ministry.staff as [TestClient, TestClient, TestClient];
    [rustam, rustem] = named;
    await petra.client.catchUp();
    const input = { name: 'Rivers', defaultLabel: secret };
    const { createCollection } = await petra.client.execute(CreateCollectionDocument, { input });
    const collectionId = createCollection.id;
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova', 'SECRET', ['MEMBER', 'PLANNER']);
    for (const { personId } of [anna, rustam, rustem]) {
      const reading = { collectionId, access: 'READ', personId } as const;
      await petra.client.execute(GrantCollectionDocument, { input: reading });
    }
    const paper = { title: 'The locks of the canal', body: 'Two of them leak.', kind: 'report', language: 'en' };
    await petra.client.execute(FileDocumentsDocument, { collectionId, documents: [{ ...paper, label: secret }] });
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  const mentions = async ({ client }: TestClient): Promise<string[]> => {
    const { myNotices } = await client.execute(MyNoticesDocument, { first: 20, after: null });
    return myNotices.edges.flatMap(({ node }) => (node.kind === 'MENTIONED' ? [node.document?.title ?? ''] : []));
  };

  test('calls by name those alone who may read it, by keyboard; they are told', async () => {
    const { page } = anna;
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByRole('link', { name: 'Rivers' }).click();
    await page.getByRole('row', { name: 'The locks of the canal' }).click();
    await page.getByRole('tab', { name: /^Comments/u }).click();
    await page.getByRole('button', { name: 'Comment', exact: true }).click();
    const field = page.getByLabel('Comment on the whole paper');
    await field.pressSequentially('Which ones, @Rus');
    const offered = page.getByRole('listbox', { name: 'People to call' }).getByRole('option');
    await offered.first().waitFor();
    expect(await offered.allTextContents()).toEqual([expect.stringMatching(/^Rustam Karimov/u)]);
    const active = await field.getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active ?? ''}"]`).textContent()).toContain('Rustam Karimov');
    expect(await barriers(page)).toEqual([]);
    await field.press('Enter');
    await offered.first().waitFor({ state: 'detached' });
    await field.pressSequentially('and @Rustem Low?');
    expect(await field.inputValue()).toBe('Which ones, @Rustam Karimov and @Rustem Low?');
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.locator('strong', { hasText: '@Rustam Karimov' }).waitFor();
    expect(await page.locator('strong', { hasText: '@Rustem Low' }).count()).toBe(0);
    expect(await mentions(rustam)).toEqual(['The locks of the canal']);
    expect(await mentions(rustem)).toEqual([]);
  });

  test('answers with a name, and Escape leaves the words as they are', async () => {
    const { page, complaints } = anna;
    const field = page.getByLabel('Answer', { exact: true });
    await field.pressSequentially('@kar');
    const offered = page.getByRole('listbox', { name: 'People to call' });
    await offered.waitFor();
    await field.press('Escape');
    await offered.waitFor({ state: 'detached' });
    expect(await field.inputValue()).toBe('@kar');
    await field.press('i');
    await offered.waitFor();
    await field.press('Tab');
    expect(await field.inputValue()).toBe('@Rustam Karimov ');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.locator('strong', { hasText: '@Rustam Karimov' }).nth(1).waitFor();
    expect((await mentions(rustam)).length).toBe(2);
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
