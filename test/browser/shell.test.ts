import { EventEmitter, once } from 'node:events';

import type { Browser, Page } from 'playwright-core';

import { barriers, hireInBrowser, openWindow, speak, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { describeWith } from '../support/requirements.js';
import { until } from '../support/until.js';

/** In the page: what has the focus, by role or element and name. */
const FOCUSED = `(() => {
  const { activeElement: at } = document;
  return at.getAttribute('aria-label') || at.id || at.textContent;
})()`;

describeWith('chromium', 'the frame around the work', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;

  const focused = (page: Page): Promise<string> => page.evaluate<string>(FOCUSED);

  beforeAll(async () => {
    [ministry, browser] = await Promise.all([startMinistry([{ name: 'Dilnoza Rashidova' }]), startBrowser()]);
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova');
    const { client } = ministry.staff[0]!;
    await client.catchUp();
    const label = labelAt('SECRET');
    const { id } = await client.createConversation({ name: 'Tránsit talks', label, personIds: [anna.personId] });
    await client.send(id, { text: 'The delegation lands at six.' });
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('lets a newcomer begin before the worker has come', async () => {
    const { page, complaints } = await openWindow(browser);
    const line = new EventEmitter();
    const recovered = once(line, 'recovered');
    await page.route(/\/assets\/worker-/u, async (route) => {
      await recovered;
      await route.continue();
    });
    await page.goto(ministry.server.url);
    await page.getByLabel('Enrolment link').fill('a link');
    line.emit('recovered');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('This is not an enrolment link').waitFor();
    expect(await page.getByLabel('Enrolment link').inputValue()).toBe('a link');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('tells what waits, and that the browser does not promise to keep the vault', async () => {
    const { page } = anna;
    await page.getByRole('link', { name: /Conversations.*1 unread message/ }).waitFor();
    await page.getByRole('note').getByText('SECRET').waitFor(); // what was said last stands in the list
    await page.getByRole('button', { name: 'I have read this' }).click();
    expect(await page.getByText('This browser may delete the vault').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    expect(await barriers(page)).toEqual([]);
  });

  test('is walked through by keyboard alone', async () => {
    const { page } = anna;
    await page.getByRole('link', { name: 'Skip to the content' }).focus();
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('place');
    for (const [keys, place] of [
      ['gk', 'Knowledge'],
      ['gp', 'Anna Petrova'],
      ['gc', 'Conversations'],
    ] as const) {
      for (const key of keys) await page.keyboard.press(key);
      const link = page.getByRole('navigation', { name: 'Places' }).locator('[aria-current=page]');
      await link.getByText(place).waitFor();
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Shortcuts' }).getByText('Go to knowledge').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('g'); // a question is open: keys of the screen do nothing
    await page.keyboard.press('k');
    await page.keyboard.press('Escape');
    expect(page.url()).toContain('/conversations');
    for (const key of 'gk/') await page.keyboard.press(key);
    await page.locator('#place input[type=search]:focus').waitFor();
    await page.keyboard.type('gc?');
    expect(await page.locator('#place input[type=search]').inputValue()).toBe('gc?');
  });

  test('finds people, conversations and commands by a few letters, and asks the server for nothing before', async () => {
    const { page } = anna;
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/graphql')) asked.push(request.postData() ?? '');
    });
    const searches = (): string[] => asked.filter((body) => body.includes('query Search('));
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Find or do anything' });
    await palette.getByRole('menuitem', { name: 'Lock the vault' }).waitFor();
    expect(searches()).toEqual([]);
    await page.keyboard.type('dil');
    await palette.getByRole('menuitem', { name: 'Dilnoza Rashidova' }).waitFor();
    await palette.getByText('1 result').waitFor();
    expect(await barriers(page)).toEqual([]);
    for (let count = 0; count < 3; count += 1) await page.keyboard.press('Backspace');
    await page.keyboard.type('talks transit'); // in any order, without the accent
    await palette.getByRole('menuitem', { name: 'Tránsit talks' }).waitFor();
    await page.getByRole('note').getByText('SECRET').waitFor(); // a name is on the screen
    await page.keyboard.press('Enter');
    await page.getByText('The delegation lands at six.', { exact: true }).waitFor();
    expect(await focused(page)).toBe('place');
    await page.getByRole('note').getByText('SECRET').waitFor();
    expect(searches().length).toBeLessThanOrEqual(2); // once somebody had stopped typing, not at each key
  });

  test('is dark when the person wants it so, and remembers', async () => {
    const { page } = anna;
    const isOn = (ground: string): Promise<void> =>
      until(async () => (await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')) === ground);
    await page.emulateMedia({ colorScheme: 'light' });
    await isOn('rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Appearance' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await isOn('rgb(22, 25, 27)');
    await page.locator('[aria-label=Appearance]:focus').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate(`localStorage.getItem('scheme')`)).toBe('dark');
    await page.getByRole('button', { name: 'Appearance' }).click();
    await page.getByRole('menuitemradio', { name: 'As the system' }).click();
  });

  test('tells a finger that rests on a time what it is elsewhere', async () => {
    const { page } = anna;
    await page.getByRole('link', { name: 'Conversations' }).click();
    await page.getByRole('row', { name: 'Tránsit talks' }).click();
    const time = page.getByRole('log').locator('time').first();
    const hint = page.getByRole('status').getByText('(UTC)');
    const touch = { pointerType: 'touch', bubbles: true };
    await time.dispatchEvent('pointerdown', touch);
    await hint.waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.locator('body').dispatchEvent('pointerdown', touch);
    await hint.waitFor({ state: 'detached' });
  });

  test('shows more of a list in dense rows when they like, in every window, and remembers', async () => {
    const { page } = anna;
    const row = (of: Page) =>
      of.getByRole('grid', { name: 'Conversations' }).getByRole('row', { name: 'Tránsit talks' });
    const isHigh = (of: Page, height: number): Promise<void> =>
      until(async () => (await row(of).boundingBox())?.height === height);
    await page.getByRole('link', { name: 'Conversations' }).click();
    await isHigh(page, 56);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await isHigh(other, 56);
    await page.getByRole('button', { name: 'Appearance' }).click();
    await page.getByRole('menuitemradio', { name: 'Dense' }).click();
    await isHigh(page, 40);
    await isHigh(other, 40);
    expect(await row(page).innerText()).toContain('SECRET');
    expect(await barriers(page)).toEqual([]);
    await other.reload();
    await isHigh(other, 40);
    await other.close();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('roomy');
    await page.getByRole('menuitem', { name: 'Show roomy rows' }).waitFor();
    await page.keyboard.press('Enter');
    await isHigh(page, 56);
  });

  test('fits a narrow screen, and reads from the right', async () => {
    const { page, complaints } = anna;
    const size = page.viewportSize();
    await page.getByRole('link', { name: 'Knowledge' }).click();
    await page.setViewportSize({ width: 360, height: 740 });
    await speak(page, 'ar');
    await page.getByRole('navigation', { name: 'الأماكن' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Control+k');
    await page.getByRole('menuitem', { name: 'قفل الخزنة' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await speak(page, 'en');
    if (size) await page.setViewportSize(size);
    expect(complaints).toEqual([]);
  });
});
