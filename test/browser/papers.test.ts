import type { Browser } from 'playwright-core';

import { CreateCollectionDocument, FileDocumentsDocument, GrantCollectionDocument } from '#contracts';
import type { DocumentInput, LabelInput } from '#contracts';
import { genericMinistry } from '#policy';

import { barriers, hireInBrowser, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { CountedLine } from '../support/countedLine.js';
import { describeWith } from '../support/requirements.js';
import { startBehind } from '../support/slowLine.js';

const labelAt = (level: string): LabelInput => ({ policy: genericMinistry.id, level, categories: [] });
const SCRIPT = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';

const paper = (title: string, level: string, body: string, rest: Partial<DocumentInput> = {}): DocumentInput => ({
  ...{ title, body, kind: 'report', language: 'en', label: labelAt(level), ...rest },
});

describeWith('chromium', 'a planner in a browser', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;
  let line: CountedLine;

  /** Files papers into a collection that everybody of the post reads. */
  async function file({ client }: TestClient, documents: readonly DocumentInput[]): Promise<void> {
    await client.catchUp();
    const input = { name: 'Trade', defaultLabel: labelAt('RESTRICTED') };
    const { createCollection } = await client.execute(CreateCollectionDocument, { input });
    const collectionId = createCollection.id;
    const { postId } = await client.whoami();
    await client.execute(GrantCollectionDocument, { input: { collectionId, access: 'READ', postId } });
    const { fileDocuments } = await client.execute(FileDocumentsDocument, { collectionId, documents: [...documents] });
    expect(fileDocuments.map((filed) => filed.__typename)).toEqual(documents.map(() => 'FiledDocument'));
  }

  beforeAll(async () => {
    const planner = { name: 'Petra', level: 'TOP_SECRET', roles: ['MEMBER', 'PLANNER'] } as const;
    line = await CountedLine.listen();
    [ministry, browser] = await Promise.all([startMinistry([planner], {}, startBehind(line)), startBrowser()]);
    await file(ministry.staff[0]!, [
      paper('Wheat and the river ports', 'RESTRICTED', `Wheat is up by a tenth.\n\nPorts: ${SCRIPT}`, {
        countries: ['EG'],
      }),
      paper('Wheat in the hills', 'SECRET', 'The hills want wheat.', { countries: ['NP'] }),
      paper('Wheat: our last offer', 'TOP_SECRET', 'Saffronquill wheat.'),
      paper(
        'River',
        'RESTRICTED',
        'A definition of what flows, for use in treaties and in everything that follows from them.',
      ),
      paper('River upon river, and the river bed', 'RESTRICTED', 'River, river.'),
      paper('Fees on the Rivermouth', 'TOP_SECRET', 'Saffronquill.'),
    ]);
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova');
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
    await line.close();
  });

  test('asks, narrows down, reads, and goes back to what was asked', async () => {
    const { page, complaints } = anna;
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByLabel('Search the papers').fill('wheat');
    await page.keyboard.press('Enter');
    await page.getByText('2 papers').waitFor();
    expect(await page.content()).not.toContain('Saffronquill');
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Egypt (1)' }).click();
    await page.getByText('1 paper', { exact: true }).waitFor();
    await page.getByRole('row', { name: 'Wheat and the river ports' }).click();
    await page.getByRole('heading', { name: 'Wheat and the river ports' }).waitFor();
    await page.getByText('Wheat is up by a tenth.').waitFor();
    await page.getByText(SCRIPT).waitFor();
    expect(await page.evaluate(`'ran' in window`)).toBe(false);
    expect(await barriers(page)).toEqual([]);
    await page.goBack();
    await page.getByText('1 paper', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('finds papers by half a word as it is typed, the one of that very title first, and none above the clearance', async () => {
    const { page, complaints } = anna;
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Find or do anything' });
    const papers = palette.getByRole('group', { name: 'Papers' }).getByRole('menuitem');
    await palette.locator('input:focus').waitFor();
    await page.keyboard.type('riv');
    await palette.getByRole('menuitem', { name: 'Wheat and the river ports' }).waitFor();
    await palette.getByText('3 results').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.type('er');
    await palette.getByText('3 results').waitFor();
    expect(await papers.first().textContent()).toMatch(/^River[^ ]*RESTRICTED/u);
    for (let count = 0; count < 5; count += 1) await page.keyboard.press('Backspace');
    await page.keyboard.type('port wheat ri');
    await palette.getByRole('menuitem', { name: 'Wheat and the river ports' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Wheat and the river ports' }).waitFor();
    expect(await page.content()).not.toContain('Rivermouth');
    expect(complaints).toEqual([]);
  });

  test('goes on reading when the line breaks, and reads what has come about when it is back', async () => {
    const { page } = anna;
    await page.getByText('Wheat is up by a tenth.').waitFor();
    await page.evaluate(`(() => {
      window.wasGone = false;
      const look = () => { window.wasGone ||= !document.body.textContent.includes('Wheat is up by a tenth.'); };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
    })()`);
    line.cut();
    await page.getByText('Offline since').waitFor();
    await page.evaluate(`window.dispatchEvent(new Event('visibilitychange'))`);
    expect(await barriers(page)).toEqual([]);
    line.mend();
    await page.getByText('Offline since').waitFor({ state: 'detached' });
    expect(await page.evaluate('window.wasGone')).toBe(false);
  });

  test('is told the same of a paper that is not there as of one that may not be read', async () => {
    const { page } = anna;
    await page.evaluate(`history.pushState(undefined, '', '/papers/01900000-0000-7000-8000-000000000000')`);
    await page.getByText('This paper does not exist, or you may not read it.').waitFor();
  });
});
