import type { Browser, Page } from 'playwright-core';

import { CreateCollectionDocument, FileDocumentsDocument, GrantCollectionDocument } from '#contracts';
import type { LabelInput } from '#contracts';
import { genericMinistry } from '#policy';

import { barriers, hireInBrowser, startBrowser, unlock } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { goTo, officerInBrowser } from '../support/officersInBrowser.js';
import { describeWith } from '../support/requirements.js';
import { until } from '../support/until.js';

const secret: LabelInput = { policy: genericMinistry.id, level: 'SECRET', categories: [] };
const MESSAGES = 60;
const PARAGRAPHS = 80;
/** In the page: everything that a browser keeps in the clear. */
const IN_THE_CLEAR = `JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])`;
/** In the page: pixels of it that the window does not hold. */
const OUTSIDE = `document.scrollingElement.scrollHeight - innerHeight`;
/** In the page: pixels of the log below what is seen of it. */
const BELOW = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('[role=log]').parentElement)`;
/** In the page: pixels above what is seen of the paper. */
const SCROLLED = `document.querySelector('main')?.scrollTop ?? 0`;

/** What was filled in comes to the vault a moment after the last key, and the form says so. */
const kept = (page: Page): Promise<void> => page.getByText('Kept on this device').waitFor();

async function comeBack(page: Page): Promise<void> {
  await page.reload();
  await unlock(page);
}

async function lockAndComeBack(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await unlock(page);
}

describeWith('chromium', 'what somebody has begun, when the page goes away', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;
  let amina: BrowserPerson;
  let paperId: string;

  beforeAll(async () => {
    const planner = { name: 'Petra Stone', roles: ['MEMBER', 'PLANNER'] } as const;
    [ministry, browser] = await Promise.all([startMinistry([planner]), startBrowser()]);
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova', 'SECRET', ['MEMBER', 'PLANNER']);
    amina = await officerInBrowser(browser, ministry, 'Amina Said');
    const petra = ministry.staff[0]!;
    await petra.client.catchUp();
    paperId = await paperFor(petra, anna.personId);
    const talks = { name: 'Long talks', label: labelAt('SECRET'), personIds: [anna.personId] };
    const { id } = await petra.client.createConversation(talks);
    for (let number = 1; number <= MESSAGES; number++)
      await petra.client.send(id, { text: `Point ${String(number)}.\n\nOf some length, so that it is seen.` });
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('a conversation that is not yet made stays as it was filled in, until it is made or begun anew', async () => {
    const { page } = anna;
    const name = page.getByLabel('Name of the conversation');
    const chosen = page.getByRole('checkbox', { name: 'Petra Stone' });
    await page.getByRole('link', { name: 'New conversation' }).click();
    await name.fill('Wheat for the port');
    await chosen.check({ force: true });
    expect(await page.evaluate(OUTSIDE)).toBe(0);
    await kept(page);
    await comeBack(page);
    await until(async () => (await name.inputValue()) === 'Wheat for the port');
    expect(await chosen.isChecked()).toBe(true);
    expect(await page.evaluate<string>(IN_THE_CLEAR)).not.toContain('Wheat');
    expect(await barriers(page)).toEqual([]);
    await lockAndComeBack(page);
    await until(async () => (await name.inputValue()) === 'Wheat for the port');
    await page.getByRole('button', { name: 'Start over' }).click();
    expect(await name.inputValue()).toBe('');
    expect(await chosen.isChecked()).toBe(false);
    await comeBack(page);
    await chosen.waitFor();
    expect(await page.getByRole('button', { name: 'Start over' }).count()).toBe(0);

    await name.fill('Barley for the port');
    await chosen.check({ force: true });
    await page.getByRole('button', { name: /^Begin/u }).click();
    await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
    await page.getByRole('link', { name: 'New conversation' }).click();
    await chosen.waitFor();
    expect(await name.inputValue()).toBe('');
  });

  test('a reader comes back to the message that they were at, and to the newest from the end', async () => {
    const { page } = anna;
    const inSight = (point: number) => page.getByRole('log').getByText(`Point ${String(point)}.`, { exact: false });
    await page.getByRole('row', { name: 'Long talks' }).click();
    await inSight(1).first().waitFor();
    await until(async () => {
      await scrollLog(page, 1e6);
      return page.locator('[role=row][data-unread=false]', { hasText: 'Long talks' }).isVisible(); // all of it was seen
    });
    await lockAndComeBack(page);
    await until(() => isAtEnd(page));
    await until(async () => {
      await scrollLog(page, 1500);
      return /Point [12]\d\./u.test(await firstInSight(page));
    });
    const first = await firstInSight(page);
    await lockAndComeBack(page);
    await until(async () => (await firstInSight(page)) === first);
    await until(async () => {
      await scrollLog(page, 1e6);
      return isAtEnd(page);
    });
    await lockAndComeBack(page);
    await until(() => isAtEnd(page));
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('A line of a long answer.\n'.repeat(8));
    await until(async () => (await page.evaluate<number>(BELOW)) < 2); // the answer takes room from the log
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('');
  });

  test('a paper is open where it was read, and a comment on it as far as it was written', async () => {
    const { page } = anna;
    const comment = page.getByLabel('Comment on the whole paper');
    const begin = page.getByRole('button', { name: 'Comment', exact: true });
    await page.goto(`${ministry.server.url}/papers/${paperId}`);
    await unlock(page);
    await page.getByText('Paragraph 1 of', { exact: false }).waitFor();
    await page.getByText('Paragraph 40 of', { exact: false }).scrollIntoViewIfNeeded();
    const scrolled = await page.evaluate<number>(SCROLLED);
    expect(scrolled).toBeGreaterThan(500);
    await lockAndComeBack(page);
    await until(async () => Math.abs((await page.evaluate<number>(SCROLLED)) - scrolled) < 2);

    await page.getByRole('tab', { name: /^Comments/u }).click();
    await begin.click();
    await comment.fill('Which river?');
    await kept(page);
    await comeBack(page);
    await page.getByRole('tab', { name: /^Comments/u }).click();
    await begin.click();
    await until(async () => (await comment.inputValue()) === 'Which river?');
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByRole('article').getByText('Which river?').waitFor();
    await begin.click();
    expect(await comment.inputValue()).toBe('');
  });

  test('an invitation and a change of the policy wait for the officer', async () => {
    const { page } = amina;
    const name = page.getByLabel('Name', { exact: true });
    await goTo(page, 'Invitations');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await name.fill('Leila Haddad');
    await kept(page);
    await comeBack(page);
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await until(async () => (await name.inputValue()) === 'Leila Haddad');
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make the letter' }).click();
    await page.getByRole('button', { name: 'It is printed' }).click();
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    expect(await name.inputValue()).toBe('');

    await goTo(page, 'Security policy');
    await page.getByRole('button', { name: 'Change the policy' }).click();
    await page.getByRole('button', { name: 'Remove CONFIDENTIAL' }).click();
    await lockAndComeBack(page);
    await page.getByRole('button', { name: 'Change the policy' }).click();
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('button', { name: 'Remove CONFIDENTIAL' }).waitFor();
  });
});

/** Brings the messages to a place, in pixels. */
const scrollLog = (page: Page, top: number): Promise<unknown> =>
  page.evaluate(`document.querySelector('[role=log]').parentElement.scrollTop = ${String(top)}`);

/** Whether the newest message is there, and in sight. */
const isAtEnd = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(`(() => {
    const log = document.querySelector('[role=log]');
    const last = [...(log?.querySelectorAll('[data-seq]') ?? [])].at(-1);
    const { bottom } = log?.parentElement.getBoundingClientRect() ?? {};
    return last !== undefined && last.innerText.includes('Point ${String(MESSAGES)}.') && last.getBoundingClientRect().top < bottom;
  })()`);

const firstInSight = (page: Page): Promise<string> =>
  page.evaluate<string>(`(() => {
    const top = document.querySelector('[role=log]')?.parentElement.getBoundingClientRect().top;
    const rows = [...document.querySelectorAll('[data-seq]')];
    return rows.find((row) => row.getBoundingClientRect().bottom > top)?.innerText ?? '';
  })()`);

async function paperFor({ client }: TestClient, personId: string): Promise<string> {
  const { createCollection } = await client.execute(CreateCollectionDocument, {
    input: { name: 'Rivers', defaultLabel: secret },
  });
  const { id: collectionId } = createCollection;
  await client.execute(GrantCollectionDocument, { input: { collectionId, access: 'READ', personId } });
  const words = Array.from({ length: PARAGRAPHS }, (_, at) => `Paragraph ${String(at + 1)} of the long report.`);
  const paper = { title: 'All rivers', body: words.join('\n\n'), kind: 'report', language: 'en', label: secret };
  const { fileDocuments } = await client.execute(FileDocumentsDocument, { collectionId, documents: [paper] });
  return (fileDocuments as { readonly documentId: string }[])[0]!.documentId;
}
