import type { Browser } from 'playwright-core';

import { CreateCollectionDocument, GrantCollectionDocument } from '#contracts';
import { genericMinistry } from '#policy';

import { barriers, hireInBrowser, speak, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { describeWith } from '../support/requirements.js';

const HOSTILE = '<img src=x onerror="window.ran=1"><script>window.ran=1</script><svg onload="window.ran=1">';
/** Names and contents of files that would run something if anything here were taken for markup. */
const FILES: readonly (readonly [string, string])[] = [
  ['notes.md', `# Wheat ${HOSTILE}\n\nWheat ${HOSTILE} [x](javascript:window.ran=1)\n\n<script>window.ran=1</script>`],
  [
    'page.html',
    `<title>Rye</title><p onclick="window.ran=1">Rye <a href="javascript:window.ran=1">x</a></p>${HOSTILE}`,
  ],
  ['seal.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=1"><script>window.ran=1</script></svg>'],
  ['<img src=x onerror=window.ran=1>.txt', `Barley ${HOSTILE}`],
];
const ran = `'ran' in window`;

describeWith('chromium', 'a planner with papers from elsewhere', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;

  beforeAll(async () => {
    const planner = { name: 'Petra', level: 'TOP_SECRET', roles: ['MEMBER', 'PLANNER'] } as const;
    [ministry, browser] = await Promise.all([startMinistry([planner]), startBrowser()]);
    const petra = ministry.staff[0]!.client;
    await petra.catchUp();
    const defaultLabel = { policy: genericMinistry.id, level: 'RESTRICTED', categories: [] };
    const input = { name: 'Harvest', defaultLabel };
    const { createCollection } = await petra.execute(CreateCollectionDocument, { input });
    const { postId } = await petra.whoami();
    const collectionId = createCollection.id;
    await petra.execute(GrantCollectionDocument, { input: { collectionId, access: 'WRITE', postId } });
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova', 'SECRET', ['MEMBER', 'PLANNER']);
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('imports files; each has its outcome, and none of them runs anything', async () => {
    const { page, complaints } = anna;
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByRole('link', { name: 'Import files' }).click();
    await page.getByRole('button', { name: /Into the collection/ }).click();
    await page.getByRole('option', { name: /Harvest/ }).click();
    const files = FILES.map(([name, text]) => ({ name, mimeType: '', buffer: Buffer.from(text) }));
    await page.locator('input[type=file]').first().setInputFiles(files);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('4 / 4').waitFor();
    expect(await page.getByRole('row').count()).toBe(5);
    await page
      .getByRole('row', { name: /seal\.svg/ })
      .getByText('format not taken')
      .waitFor();
    expect(await barriers(page)).toEqual([]);

    await page.getByRole('row', { name: /notes\.md/ }).press('Enter');
    await page.getByRole('article').getByText('onerror').first().waitFor();
    expect(await page.getByRole('article').locator('script, img, svg, [onload], [href^=javascript]').count()).toBe(0);
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.getByLabel('Search the papers').fill('barley onerror');
    await page.keyboard.press('Enter');
    await page.locator('mark').first().waitFor();
    expect(await page.evaluate(ran)).toBe(false);
    expect(complaints).toEqual([]);
  });

  test('writes by keyboard alone, pastes from elsewhere, and saves when the line is back', async () => {
    const { page } = anna;
    await page.getByRole('link', { name: 'Knowledge' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Collections' }).waitFor();
    await page.keyboard.press('n');
    await page.getByLabel('Title').waitFor();
    await page.keyboard.type('Quays');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Harv');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    const body = page.getByRole('textbox', { name: 'Text', exact: true });
    await body.focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('Two of them. /');
    await page.getByRole('listbox', { name: 'Insert' }).waitFor();
    await page.keyboard.type('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Port');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Fee');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Since');
    await body.getByRole('columnheader', { name: 'Since' }).waitFor();
    await page.keyboard.press('Control+End');
    await page.evaluate(paste(`<p onclick="window.ran=1">Pasted <b>bold</b></p><ul><li>one</li></ul>${HOSTILE}`));
    await body.getByText('bold').waitFor();
    await page.getByText(/^Saved/).waitFor();
    expect(await body.locator('script, img, svg, [onclick]').count()).toBe(0);

    await page.context().setOffline(true);
    await page.keyboard.type(' Written on the train.');
    await page.getByText(/^Kept here, not yet saved/).waitFor();
    await page.context().setOffline(false);
    await page.getByText(/^Saved/).waitFor();
    expect(await page.evaluate(ran)).toBe(false);
  });

  test('reads all of it in Arabic', async () => {
    const { page } = anna;
    await speak(page, 'ar');
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'نشر' }).click();
    await page.getByRole('button', { name: 'نشر النسخة' }).click();
    await page.getByRole('article').getByText('Written on the train.').waitFor();
    for (const tab of ['الاستشهادات', 'النسخ', 'معلومات']) {
      await page.getByRole('tab', { name: tab }).click();
      expect(await barriers(page)).toEqual([]);
    }
    await page.getByRole('link', { name: 'المعرفة' }).click();
    await page.getByRole('link', { name: 'Harvest' }).click();
    await page.getByRole('row', { name: 'Quays' }).waitFor();
    expect(await barriers(page)).toEqual([]);
  });
});

/** For the browser: HTML comes from the clipboard, as Word puts it there. */
const paste = (html: string): string => `(() => {
  const data = new DataTransfer();
  data.setData('text/html', ${JSON.stringify(html)});
  const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
})()`;
