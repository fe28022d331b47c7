import type { Browser, Page } from 'playwright-core';

import {
  CreateCollectionDocument,
  DocumentBlocksDocument,
  FileDocumentsDocument,
  GrantCollectionDocument,
} from '#contracts';
import type { LabelInput } from '#contracts';
import { genericMinistry } from '#policy';

import { barriers, hireInBrowser, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { refusal } from '../support/refusal.js';
import { describeWith } from '../support/requirements.js';

const restricted: LabelInput = { policy: genericMinistry.id, level: 'RESTRICTED', categories: [] };

/** Opens a menu, and from it the question that an act asks. */
async function ask(page: Page, menu: string, act: string): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: act }).click();
  await page.getByRole('dialog').waitFor();
}

async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: field }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Presses what the question ends with. */
async function decide(page: Page, act: string): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: act, exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

describeWith('chromium', 'a planner who puts papers in order', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;
  /** Reads the rivers, and nothing else. */
  let rustam: TestClient;
  let paperId: string;

  beforeAll(async () => {
    const planner = { name: 'Petra', roles: ['MEMBER', 'PLANNER'] } as const;
    [ministry, browser] = await Promise.all([startMinistry([planner, { name: 'Rustam' }]), startBrowser()]);
    const [{ client: petra }, reader] = ministry.staff as [TestClient, TestClient];
    rustam = reader;
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova', 'SECRET', ['MEMBER', 'PLANNER']);
    await petra.catchUp();
    const [rivers, seas] = await Promise.all(
      ['Rivres', 'Seas'].map(async (name) => {
        const input = { name, defaultLabel: restricted };
        const { createCollection } = await petra.execute(CreateCollectionDocument, { input });
        const grant = { collectionId: createCollection.id, access: 'MANAGE', personId: anna.personId } as const;
        await petra.execute(GrantCollectionDocument, { input: grant });
        return createCollection.id;
      }),
    );
    const reading = { collectionId: rivers ?? '', access: 'READ', personId: rustam.personId } as const;
    await petra.execute(GrantCollectionDocument, { input: reading });
    expect(seas).toBeDefined();
    const paper = { title: 'The fish of the delta', body: 'Sturgeon.', kind: 'report', language: 'en' };
    const documents = [{ ...paper, label: restricted }];
    const { fileDocuments } = await petra.execute(FileDocumentsDocument, { collectionId: rivers ?? '', documents });
    const [filed] = fileDocuments;
    paperId = filed?.__typename === 'FiledDocument' ? filed.documentId : '';
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  const read = () => rustam.client.execute(DocumentBlocksDocument, { id: paperId });

  test('gives a collection its right name', async () => {
    const { page } = anna;
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByRole('link', { name: 'Rivres' }).click();
    await ask(page, 'What to do with this collection', 'Rename collection');
    expect(await barriers(page)).toEqual([]);
    await page.getByLabel('Name', { exact: true }).fill('Rivers');
    await decide(page, 'Rename collection');
    await page.getByRole('heading', { name: 'Rivers', exact: true }).waitFor();
  });

  test('moves a paper; who reads only where it lay reads it no more', async () => {
    const { page } = anna;
    await read();
    await page.getByRole('row', { name: 'The fish of the delta' }).click();
    await page.getByText('Sturgeon.').waitFor();
    await ask(page, 'More acts', 'Move it to another collection');
    await choose(page, 'Collection', 'Seas');
    expect(await barriers(page)).toEqual([]);
    await decide(page, 'Move paper');
    await page.getByRole('tab', { name: 'About', exact: true }).click();
    await page.getByRole('link', { name: 'Seas', exact: true }).click();
    await page.getByRole('row', { name: 'The fish of the delta' }).waitFor();
    await expect(read()).rejects.toThrow(refusal('NOT_FOUND'));
  });

  test('puts the one collection into the other; its readers read what is in it', async () => {
    const { page, complaints } = anna;
    await ask(page, 'What to do with this collection', 'Move collection');
    await choose(page, 'Lies in', 'Rivers');
    expect(await barriers(page)).toEqual([]);
    await decide(page, 'Move collection');
    const { document } = await read();
    expect(document?.title).toBe('The fish of the delta');
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Rivers' }).getByRole('link', { name: 'Seas' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
