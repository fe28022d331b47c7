import type { Browser, Page } from 'playwright-core';

import { barriers, hireInBrowser, startBrowser, unlock } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { describeWith } from '../support/requirements.js';
import { holdNoMore, holdSending, letGo } from '../support/heldSending.js';
import { until } from '../support/until.js';

/** What would run if anything took words for markup. */
const HOSTILE = '<img src=x onerror="document.title=1"><script>alert(1)</script>"\'`{{7*7}} javascript:alert(1)';

const writing = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const log = (page: Page) => page.getByRole('log');
const say = async (page: Page, words: string): Promise<void> => {
  await writing(page).fill(words);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await log(page).getByText(words, { exact: true }).waitFor();
};
const open = (page: Page, name: string): Promise<void> => page.getByRole('row', { name }).click();

describeWith('chromium', 'two people who correspond in their browsers', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;
  let bruno: BrowserPerson;

  beforeAll(async () => {
    [ministry, browser] = await Promise.all([startMinistry([]), startBrowser()]);
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova');
    bruno = await hireInBrowser(browser, ministry, 'Bruno Quispe');
    for (const { page } of [anna, bruno]) page.setDefaultTimeout(15_000);
    await hireInBrowser(browser, ministry, 'Chen Li', 'RESTRICTED').then(({ page }) => page.context().close());
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('begin at a label that not everybody is cleared for, and learn who cannot come', async () => {
    const { page } = anna;
    await page.getByRole('link', { name: 'New conversation' }).click();
    await page.getByLabel('Name of the conversation').fill('Transit talks');
    await page.getByRole('button', { name: 'Level' }).click();
    await page.getByRole('option', { name: 'SECRET', exact: true }).click();
    await page.getByText('not cleared for this label').waitFor();
    expect(await page.getByRole('checkbox', { name: 'Chen Li' }).isDisabled()).toBe(true);
    await page.getByLabel('Find by name or post').fill('bru');
    await page.getByText('Bruno Quispe', { exact: true }).click();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Begin with 2 people' }).click();
    await page.getByText('You are about to write SECRET to 2 people in 1 post, all cleared.').waitFor();
    await say(page, 'The delegation lands at six.');
    await open(bruno.page, 'Transit talks');
    await log(bruno.page).getByText('The delegation lands at six.').waitFor();
    await log(page).getByText('read by 1 of 1').waitFor();
  });

  test('answer, react, change and acknowledge; everybody sees the same', async () => {
    const { page } = bruno;
    const first = page.getByRole('listitem').filter({ hasText: 'lands at six' });
    await first.hover();
    await first.getByRole('button', { name: 'React' }).click();
    await page.getByRole('menuitem', { name: '👍' }).click();
    await anna.page.getByRole('button', { name: '👍 1 by Bruno Quispe' }).waitFor();
    await first.focus();
    await page.keyboard.press('r');
    await page.keyboard.type('At which airport, @Ann');
    await page.keyboard.press('Enter');
    await page.keyboard.type('?');
    await page.keyboard.press('Control+Enter');
    await anna.page.getByTitle('Go to the message by Anna Petrova').waitFor();
    await anna.page.getByText('1 reply').click();
    await anna.page.getByRole('region', { name: 'Thread' }).getByText('At which airport').waitFor();
    await anna.page.getByRole('region', { name: 'Thread' }).getByRole('button', { name: 'Close' }).click();

    await page.getByRole('listitem').filter({ hasText: 'At which airport' }).focus();
    await page.keyboard.press('e');
    await writing(page).fill('At which airport, and when?');
    await page.keyboard.press('Control+Enter');
    const changed = anna.page.getByRole('listitem').filter({ hasText: 'At which airport, and when?' });
    await changed.getByRole('button', { name: 'changed once' }).click();
    await anna.page.getByRole('dialog').getByText('At which airport, @Anna Petrova ?').waitFor();
    await anna.page.keyboard.press('Escape');

    await anna.page.getByRole('button', { name: 'Precedence: Routine' }).click();
    await anna.page.getByRole('menuitemradio', { name: 'Flash' }).click();
    await say(anna.page, 'Do not land.');
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await log(anna.page).getByText('Acknowledged by Bruno Quispe').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await barriers(anna.page)).toEqual([]);
  });

  test('write on while a message is on its way, and lose nothing, whatever becomes of it', async () => {
    const { page } = anna;
    const send = async (words: string): Promise<void> => {
      await writing(page).fill(words);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
    };
    await holdSending(page);
    await send('First.');
    await page.getByRole('list', { name: 'Being sent' }).getByText('First.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await send('Second.');
    await writing(page).fill('Third, not yet');
    await letGo(page);
    await log(page).getByText('First.', { exact: true }).waitFor();
    await letGo(page);
    await log(page).getByText('Second.', { exact: true }).waitFor();
    expect(await writing(page).inputValue()).toBe('Third, not yet');
    await page.getByRole('row', { name: 'Transit talks' }).getByText('Draft: Third, not yet').waitFor();

    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await writing(page).fill('Fourth');
    await letGo(page, true);
    await until(async () => (await writing(page).inputValue()) === 'Third, not yet\nFourth');
    await holdNoMore(page);
    await send('Third.');
    await log(bruno.page).getByText('Third.', { exact: true }).waitFor();
    const texts = await log(bruno.page)
      .getByText(/^(First|Second|Third)/u)
      .allInnerTexts();
    expect(texts).toEqual(['First.', 'Second.', 'Third.']);
  });

  test('send a file from a draft that survives a reload', async () => {
    const { page } = anna;
    await writing(page).fill('The map.');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Attach files' }).click();
    const bytes = Buffer.alloc(300_000, 'map ');
    await (await chooser).setFiles({ name: `${HOSTILE.slice(0, 40)}.txt`, mimeType: 'text/plain', buffer: bytes });
    await page.getByRole('button', { name: /^Remove/ }).waitFor();
    await page.getByRole('row', { name: 'Transit talks' }).getByText('Draft: The map.').waitFor();
    await unlockAfterReload(page);
    await page.getByRole('button', { name: /^Remove/ }).waitFor();
    expect(await writing(page).inputValue()).toBe('The map.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const received = bruno.page.getByRole('listitem').filter({ hasText: 'The map.' });
    const saving = bruno.page.waitForEvent('download');
    await received.getByRole('button', { name: /^Save/ }).click();
    const stream = await (await saving).createReadStream();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  });

  test('find it again, and land where it was said', async () => {
    const { page } = bruno;
    await page.keyboard.press('/');
    await page.getByLabel('Words').fill('delegation');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByRole('link', { name: 'The delegation lands at six.' }).click();
    await page.locator('[data-target="true"]').getByText('The delegation lands at six.').waitFor();
    expect(page.url()).not.toContain('delegation');
  });

  test('work on without a line: what was written waits where one can see it, and goes out by itself', async () => {
    const { page } = anna;
    await page.context().setOffline(true);
    await say(page, 'Written in the tunnel.');
    await page.getByRole('link', { name: 'Outbox (1)' }).click();
    await page.getByText('Written in the tunnel.').first().waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.context().setOffline(false);
    await open(bruno.page, 'Transit talks');
    await log(bruno.page).getByText('Written in the tunnel.').waitFor();
    await page.getByText('Nothing waits.').waitFor();
  });

  test('are shown hostile words as words', async () => {
    const { page } = bruno;
    await say(page, HOSTILE);
    await page.getByRole('button', { name: 'Members' }).click();
    await page.getByLabel('Name of the conversation').fill(HOSTILE);
    await page.getByRole('button', { name: 'Rename the conversation' }).click();
    await anna.page
      .getByRole('row', { name: HOSTILE.slice(0, 20) })
      .first()
      .click();
    await log(anna.page).getByText(HOSTILE, { exact: true }).waitFor();
    await anna.page.keyboard.press('Escape');
    await anna.page.getByRole('link', { name: 'Find messages' }).click();
    await anna.page.getByLabel('Words').fill('onerror');
    await anna.page.keyboard.press('Enter');
    await anna.page
      .getByRole('link')
      .filter({ has: anna.page.getByText('onerror') })
      .first()
      .waitFor();
    expect(await anna.page.title()).toMatch(/Chancery$/);
    for (const { complaints } of [anna, bruno]) {
      expect(complaints.filter((one) => !one.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
    }
  });
});

async function unlockAfterReload(page: Page): Promise<void> {
  await page.reload();
  await unlock(page);
}
