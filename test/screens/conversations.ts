import type { Page } from 'playwright-core';

import { labelAt } from '../support/clients.js';
import type { Scene, Take } from './scene.js';

/** What is said, by whom, and to whom. */
export async function conversations(scene: Scene, take: Take): Promise<void> {
  const { page } = scene.anna;
  await page.getByText('No conversation yet').waitFor();
  await take(page, 'conversations-none');
  await talk(scene);
  await take(page, 'conversation');
  await page.getByText('1 reply').click();
  await page.getByRole('region', { name: 'Thread' }).waitFor();
  await take(page, 'thread');
  await page.getByRole('button', { name: 'Members' }).click();
  await page.getByRole('region', { name: 'Members' }).waitFor();
  await take(page, 'members');
  await page.getByRole('region', { name: 'Members' }).getByRole('button', { name: 'Close' }).click();
  await places(page, take);
}

async function talk({ ministry, anna: { page, personId } }: Scene): Promise<void> {
  const { officer, staff } = ministry;
  const writer = staff[0]?.client ?? officer.client;
  await writer.catchUp();
  const label = labelAt('SECRET');
  const { id } = await writer.createConversation({ name: 'Talks on transit', label, personIds: [personId] });
  const first = await writer.send(id, {
    text: 'The delegation lands at six.\n\nPlease have the note on quotas ready.',
  });
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
}

/** What else the area has: beginning, finding, waiting. */
async function places(page: Page, take: Take): Promise<void> {
  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.getByLabel('Find by name or post').waitFor();
  await take(page, 'conversation-new');
  await page.getByRole('link', { name: 'Find messages' }).click();
  await page.getByLabel('Words').fill('delegation');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.getByRole('link', { name: /delegation lands/ }).waitFor();
  await take(page, 'messages-found');
  await page.context().setOffline(true);
  await page.getByRole('row', { name: 'Talks on transit' }).click();
  await page.getByRole('textbox', { name: 'Message' }).fill('Written without a line.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('link', { name: 'Outbox (1)' }).click();
  await page.getByRole('button', { name: /^Try now/ }).waitFor();
  await take(page, 'outbox');
  await page.context().setOffline(false);
  await page.getByText('Nothing waits.').waitFor();
  await page.getByRole('row', { name: 'Talks on transit' }).click();
}
