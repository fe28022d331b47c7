import type { Browser, Page } from 'playwright-core';

import { barriers, hireInBrowser, speak, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { pair } from '../support/pairing.js';
import { describeWith } from '../support/requirements.js';

/** Who has added whom, in each language; names stand isolated from the direction of the sentence. */
const ADDED = {
  en: 'Bruno Quispe added Clara Osei.',
  fr: 'Bruno Quispe a ajouté Clara Osei.',
  ar: 'أضاف Bruno Quispe: Clara Osei.',
  ru: 'Bruno Quispe: в переписку добавлено — Clara Osei.',
  uz: 'Bruno Quispe yozishmaga qoʻshdi: Clara Osei.',
} as const;

const log = (page: Page) => page.getByRole('log');
const writing = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });

async function say(page: Page, words: string): Promise<void> {
  await writing(page).fill(words);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

async function safetyNumber(page: Page): Promise<string> {
  const digits = page.getByRole('list', { name: 'Safety number' }).getByRole('listitem');
  await digits.first().waitFor();
  return (await digits.allInnerTexts()).join(' ');
}

describeWith('chromium', 'two people who have compared their safety numbers', () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;
  let bruno: TestClient;
  let clara: TestClient;
  let conversationId: string;

  const received = async ({ client }: TestClient): Promise<string[]> => {
    await client.catchUp();
    const { messages } = await client.messages(conversationId);
    return messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);
  };

  /** Compares on both sides, as the two do by telephone. */
  async function compare(): Promise<void> {
    const { page, personId } = anna;
    await bruno.client.catchUp();
    const { safetyNumber: read } = await bruno.client.verifications.of(personId);
    expect(await safetyNumber(page)).toBe(read);
    await page.getByRole('button', { name: 'I have compared it' }).click();
    await page.getByText('verified', { exact: true }).waitFor();
    await bruno.client.verifications.confirm(personId);
  }

  beforeAll(async () => {
    [ministry, browser] = await Promise.all([
      startMinistry([{ name: 'Bruno Quispe' }, { name: 'Clara Osei' }]),
      startBrowser(),
    ]);
    [bruno, clara] = ministry.staff as [TestClient, TestClient];
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova');
    await bruno.client.catchUp();
    const about = { name: 'Transit talks', label: labelAt('SECRET'), personIds: [anna.personId] };
    ({ id: conversationId } = await bruno.client.createConversation(about));
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('are told in their own language who has come into a conversation', async () => {
    const { page } = anna;
    await page.getByRole('row', { name: 'Transit talks' }).click();
    await writing(page).waitFor();
    await clara.client.catchUp();
    await bruno.client.addPeople(conversationId, [clara.personId]);
    for (const [language, words] of Object.entries(ADDED) as [keyof typeof ADDED, string][]) {
      await speak(page, language);
      await log(page)
        .getByText(new RegExp(words.replace(/(Bruno Quispe|Clara Osei)/g, '\u2068$1\u2069').replaceAll('.', '\\.')))
        .waitFor();
    }
    await speak(page, 'en');
  });

  test('see the same number, and go on writing', async () => {
    const { page } = anna;
    await page.getByRole('button', { name: 'Members' }).click();
    await page.getByRole('link', { name: 'Bruno Quispe' }).click();
    await compare();
    await page.goBack();
    await say(page, 'The delegation lands at six.');
    await log(page).getByText('The delegation lands at six.', { exact: true }).waitFor();
    expect(await received(bruno)).toEqual(['The delegation lands at six.']);
  });

  test('are stopped when the identity of one has changed, until they have compared again', async () => {
    const { page, complaints } = anna;
    const before = (await bruno.client.verifications.of(anna.personId)).safetyNumber;
    const telephone = await pair(ministry, bruno);
    await telephone.client.close();
    await bruno.client.revokeDevice(telephone.deviceId, 'STOLEN');
    await bruno.client.catchUp(); // the key that was on the telephone gives way to another
    await page.getByText('The identity of Bruno Quispe has changed since you compared safety numbers.').waitFor();
    expect(await barriers(page)).toEqual([]);

    await say(page, 'To whom do I write?');
    await page.getByText('Nothing was sent; compare them again.').waitFor();
    expect(await writing(page).inputValue()).toBe('To whom do I write?');
    expect(await received(bruno)).toEqual(['The delegation lands at six.']);
    expect(await received(clara)).not.toContain('To whom do I write?');

    await page.getByRole('link', { name: 'Compare with Bruno Quispe' }).click();
    await page.getByText('identity changed', { exact: true }).first().waitFor();
    expect(await safetyNumber(page)).not.toBe(before);
    expect(await barriers(page)).toEqual([]);
    await compare();
    await page.goBack();
    await writing(page).waitFor();
    await page.getByText('has changed since you compared').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await log(page).getByText('To whom do I write?', { exact: true }).waitFor();
    expect(await received(bruno)).toEqual(['The delegation lands at six.', 'To whom do I write?']);
    expect(complaints).toEqual([]);
  });
});
