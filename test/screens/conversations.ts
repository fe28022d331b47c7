import type { Page } from 'playwright-core';

import type { Client } from '#client';

import { labelAt } from '../support/clients.js';
import { holdNoMore, holdSending, letGo } from '../support/heldSending.js';
import { takeQuestion } from './scene.js';
import type { Scene, Take } from './scene.js';

/** What is said, by whom, and to whom. */
export async function conversations(scene: Scene, take: Take): Promise<void> {
  const { page } = scene.anna;
  await page.getByText('No conversation yet').waitFor();
  await take(page, 'conversations-none');
  await talk(scene);
  await take(page, 'conversation');
  await files(page, take);
  await leaving(page, take);
  await questions(page, take);
  await page.getByText('1 reply').click();
  await page.getByRole('region', { name: 'Thread' }).waitFor();
  await take(page, 'thread');
  await page.getByRole('button', { name: 'Members' }).click();
  await page.getByRole('region', { name: 'Members' }).waitFor();
  await take(page, 'members');
  await page.getByRole('button', { name: 'Add people' }).click();
  await takeQuestion(page, take, 'members-add');
  await page.getByRole('region', { name: 'Members' }).getByRole('button', { name: 'Close' }).click();
  await places(page, take);
}

async function talk({ ministry, anna: { page, personId } }: Scene): Promise<void> {
  const { officer, staff } = ministry;
  const writer = staff[0]?.client ?? officer.client;
  const planner = staff[1]?.client ?? writer;
  await writer.catchUp();
  await others(writer, personId);
  const label = labelAt('SECRET');
  const personIds = [personId, (await planner.whoami()).personId];
  const { id } = await writer.createConversation({ name: 'Talks on transit', label, personIds });
  const first = await writer.send(id, {
    text: 'The delegation lands at six.\n\nPlease have the note on quotas ready.',
  });
  await planner.catchUp();
  await planner.send(id, { text: 'The port has sent its new fee. I file it with the rest tonight.' });
  await writer.catchUp();
  await writer.send(id, { text: 'نحتاج إلى الوثيقة قبل الصباح.', precedence: 'IMMEDIATE' });
  await page.getByRole('row', { name: 'Talks on transit' }).click();
  await page.getByRole('textbox', { name: 'Message' }).fill('It is ready. Who signs?');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('log').getByText('accepted').waitFor();
  await writer.catchUp();
  await writer.send(id, { text: '@Anna Petrova, you do.', inReplyTo: first.id, mentions: [personId] });
  await writer.react(id, first.id, '👍');
  await writer.edit(id, first.id, { text: 'The delegation lands at seven.\n\nPlease have the note on quotas ready.' });
  await page.getByRole('button', { name: 'changed once' }).waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill('The minister, at nine. I bring both copies.');
}

/** Attached, and sent. */
async function files(page: Page, take: Take): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).click();
  await (
    await choosing
  ).setFiles([
    {
      name: 'Programme of the visit.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('Arrival at six.\n'.repeat(400)),
    },
    { name: 'برنامج الزيارة.txt', mimeType: 'text/plain', buffer: Buffer.from('الوصول في السادسة\n') },
  ]);
  await page.getByRole('list', { name: 'Attached files' }).getByRole('listitem').nth(1).waitFor();
  await take(page, 'message-files');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('log').getByText('Programme of the visit.txt', { exact: true }).waitFor();
  await take(page, 'message-files-sent');
  await page.getByRole('textbox', { name: 'Message' }).fill('The minister, at nine. I bring both copies.');
}

/** On its way, on a slow line. */
async function leaving(page: Page, take: Take): Promise<void> {
  await holdSending(page);
  await page.getByRole('textbox', { name: 'Message' }).fill('Both copies are signed.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('list', { name: 'Being sent' }).waitFor();
  await take(page, 'message-leaving');
  await holdNoMore(page);
  await letGo(page);
  await page.getByRole('log').getByText('Both copies are signed.').waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill('The minister, at nine. I bring both copies.');
}

/** What else is in the list: unread, urgent, of other levels, and of no name that fits. */
async function others(writer: Client, personId: string): Promise<void> {
  const begin = async (name: string, level: string, texts: readonly string[]): Promise<string> => {
    const { id } = await writer.createConversation({ name, label: labelAt(level), personIds: [personId] });
    for (const text of texts) await writer.send(id, { text });
    return id;
  };
  await begin('Visas for the trade mission', 'RESTRICTED', ['Forty-two, all of them in time.']);
  await begin('Programme of the state visit in the second half of October', 'CONFIDENTIAL', [
    'Draft three.',
    'Draft four.',
  ]);
  const crisis = await begin('Crisis cell', 'SECRET', []);
  await writer.send(crisis, { text: 'Everybody at the mission is accounted for.', precedence: 'FLASH' });
}

async function questions(page: Page, take: Take): Promise<void> {
  await page.getByRole('button', { name: 'Label of this message' }).click();
  await takeQuestion(page, take, 'message-label');
  await page.getByRole('button', { name: 'Go to a date' }).click();
  await takeQuestion(page, take, 'jump');
  await page.getByRole('button', { name: 'changed once' }).click();
  await takeQuestion(page, take, 'message-versions');
  const menu = page.getByRole('menu');
  await take(page, 'message-menu', {
    open: async () => {
      await page.getByRole('log').getByRole('listitem').first().focus();
      await page.getByRole('log').locator('[aria-haspopup]').last().click();
      await menu.waitFor();
    },
    close: async () => {
      await page.keyboard.press('Escape');
      await menu.waitFor({ state: 'detached' });
    },
  });
}

/** What else the area has: beginning, finding, waiting. */
async function places(page: Page, take: Take): Promise<void> {
  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.getByLabel('Find by name or post').waitFor();
  await take(page, 'conversation-new');
  await page.getByLabel('Name of the conversation').fill('Wheat, for the port');
  await page.getByRole('checkbox', { name: 'Karim Nazarov' }).check({ force: true });
  await page.getByRole('button', { name: /^Begin/ }).scrollIntoViewIfNeeded();
  await take(page, 'conversation-new-people');
  await page.getByRole('link', { name: 'Find messages' }).click();
  await page.getByLabel('Words').fill('delegation');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.getByRole('link', { name: /delegation lands/ }).waitFor();
  await take(page, 'messages-found');
  await page.getByLabel('Words').fill('zebra');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.getByText('Nothing that you have received').waitFor();
  await take(page, 'messages-none');
  await page.context().setOffline(true);
  await page.getByRole('row', { name: 'Talks on transit' }).click();
  await page.getByRole('textbox', { name: 'Message' }).fill('Written without a line.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('link', { name: 'Outbox (1)' }).click();
  await page.getByRole('button', { name: /^Try now/ }).waitFor();
  await take(page, 'outbox');
  await page.context().setOffline(false);
  await page.getByText('Nothing waits.').waitFor();
  await take(page, 'outbox-none');
  await page.getByRole('row', { name: 'Talks on transit' }).click();
}
