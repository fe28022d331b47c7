import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { barriers, hireInBrowser, speak, startBrowser, writeDay, unlock } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { createDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';
import { describeWith } from '../support/requirements.js';
import { startServerProcess } from '../support/serverProcess.js';
import type { ServerPlaces, ServerProcess } from '../support/serverProcess.js';

const MESSAGES = 120;
const writing = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const log = (page: Page) => page.getByRole('log', { name: 'Messages' });

describeWith('chromium', 'a long conversation on a server that dies', () => {
  let folder: string;
  let database: TestDatabase;
  let places: ServerPlaces;
  let server: ServerProcess;
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;
  let id: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-long-'));
    database = await createDatabase();
    places = { databaseUrl: database.url, dataFolder: folder, logFile: join(folder, 'server.log') };
    ministry = await startMinistry([{ name: 'Dilnoza Rashidova' }], {}, async ({ environment }) => {
      server = await startServerProcess(places, environment);
      return server;
    });
    browser = await startBrowser();
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova');
    anna.page.setDefaultTimeout(30_000);
    const { client } = ministry.staff[0]!;
    await client.catchUp();
    const label = labelAt('SECRET');
    ({ id } = await client.createConversation({ name: 'Long talks', label, personIds: [anna.personId] }));
    for (let number = 1; number <= MESSAGES; number++) await client.send(id, { text: `Point ${String(number)}.` });
  }, 400_000);
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
    await server.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  test('opens where its reader left off, with a part of it on the screen, and keeps its place when more comes', async () => {
    const { page } = anna;
    await page
      .getByRole('row', { name: 'Long talks' })
      .getByLabel(`${String(MESSAGES)} unread messages`)
      .waitFor();
    await page.getByRole('row', { name: 'Long talks' }).click();
    await page.getByText('New since you were here').waitFor();
    await log(page).getByText('Point 1.', { exact: true }).waitFor();
    expect(await page.locator('[data-message]').count()).toBeLessThan(MESSAGES);
    await page.getByRole('button', { name: 'Go to a date' }).click();
    await writeDay(page, 'Day', '2020-01-01');
    await page.getByRole('button', { name: 'Go there' }).click();
    await page.locator('[data-target="true"]').waitFor();

    await page.getByRole('link', { name: 'Find messages' }).click();
    await page.getByLabel('Words').fill('"point 80"');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Point 80.' }).click();
    const target = page.locator('[data-target="true"]');
    await target.getByText('Point 80.').waitFor();
    const far = page.locator('[data-message]').filter({ hasText: 'Point 30.' });
    expect(await far.count()).toBe(0);
    await log(page).hover();
    await page.mouse.wheel(0, -1500);
    await far.waitFor({ state: 'attached' });
    await log(page).getByText('Point 60.', { exact: true }).waitFor(); // what was on the screen has not moved away
  });

  test('is read and answered by keyboard alone', async () => {
    const { page } = anna;
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await writing(page).waitFor();
    await log(page)
      .getByText(/^Point \d+\.$/u)
      .first()
      .waitFor(); // a log that was opened anew has its messages in a moment
    await page.keyboard.press('ArrowUp');
    await page.locator('[data-message]:focus').waitFor();
    await page.keyboard.press('r');
    await page.getByText('You are replying to:').waitFor();
    await page.keyboard.type('By keyboard.');
    await page.keyboard.press('Control+Enter');
    await log(page).getByText('By keyboard.').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[role="row"]:focus').waitFor();
  });

  test.each([
    ['en', 'Go to a date', 'Day', 'Choose from the calendar', ['month', 'day', 'year'], 'month', 'Sun'],
    ['fr', 'Aller à une date', 'Jour', 'Choisir dans le calendrier', ['day', 'month', 'year'], 'jour', 'lun.'],
    ['uz', 'Sanaga oʻtish', 'Kun', 'Taqvimdan tanlash', ['day', 'month', 'year'], 'kun', 'Dush'],
    ['ru', 'Перейти к дате', 'День', 'Выбрать в календаре', ['day', 'month', 'year'], 'день', 'пн'],
    ['ar', 'الانتقال إلى تاريخ', 'اليوم', 'اختر من التقويم', ['day', 'month', 'year'], 'يوم', 'السبت'],
  ] as const)(
    'writes days as people do in %s, whatever the browser speaks',
    async (language, title, name, open, order, part, first) => {
      const { page } = anna;
      await page.getByRole('row', { name: 'Long talks' }).click();
      await speak(page, language);
      await page.getByRole('button', { name: title }).click();
      const field = page.getByRole('group', { name, exact: true });
      const parts = field.locator('[data-type]:not([data-type="literal"])');
      const types = (await parts.all()).map((part) => part.getAttribute('data-type'));
      expect(await Promise.all(types)).toEqual(order);
      expect(await parts.first().getAttribute('aria-label')).toContain(part);
      expect(await barriers(page)).toEqual([]);
      await field.getByRole('button', { name: open }).click();
      expect(await page.getByRole('grid').locator('th').first().textContent()).toBe(first);
      expect(await barriers(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await speak(page, 'en');
    },
  );

  test('has no barriers in Arabic', async () => {
    const { page } = anna;
    await speak(page, 'ar');
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'الأعضاء' }).click();
    await page.getByRole('region', { name: 'الأعضاء' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('link', { name: 'البحث في الرسائل' }).click();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('link', { name: 'محادثة جديدة' }).click();
    expect(await barriers(page)).toEqual([]);
    await speak(page, 'en');
  });

  test('loses nothing of what was being written when the server is killed', async () => {
    const { page, complaints } = anna;
    await page.getByRole('row', { name: 'Long talks' }).click();
    await writing(page).fill('Said to nobody.');
    await server.kill();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await log(page).getByText('Said to nobody.').waitFor();
    await writing(page).fill('Half a thou');
    await page.getByRole('row', { name: 'Long talks' }).getByText('Draft: Half a thou').waitFor();
    server = await startServerProcess(places, { CHANCERY_PORT: String(server.port) });
    await page.reload();
    await unlock(page);
    await log(page).getByText('Said to nobody.').waitFor();
    expect(await writing(page).inputValue()).toBe('Half a thou');
    const { client } = ministry.staff[0]!;
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Said to nobody.' })
      .getByText(/accepted|delivered|read/)
      .waitFor();
    await client.catchUp();
    const { messages } = await client.messages(id);
    expect(messages.filter(({ text }) => text === 'Said to nobody.')).toHaveLength(1);
    expect(complaints.filter((one) => !/ERR_|WebSocket|50[234]/.test(one))).toEqual([]);
  });
});
