import type { Page } from 'playwright-core';

import type { Scene, Take } from './scene.js';

/** What stands around and above every screen. */
export async function shell({ anna: { page } }: Scene, take: Take): Promise<void> {
  const close = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  const palette = async (): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByRole('menuitem').first().waitFor();
  };
  await take(page, 'palette', { open: palette, close });
  await take(page, 'palette-found', { open: () => search(page, palette), close });
  await take(page, 'shortcuts', {
    open: async () => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
    close,
  });
  await page.getByRole('link', { name: 'Conversations' }).click();
  await choosesRows(page, 'dense');
  await take(page, 'conversations-dense');
  await choosesRows(page, 'roomy');
  await page.context().setOffline(true);
  await page.getByText('Offline since').waitFor();
  await take(page, 'offline');
  await page.context().setOffline(false);
  await page.getByText('Offline since').waitFor({ state: 'detached' });
}

async function choosesRows(page: Page, rows: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(rows);
  await page.getByRole('menuitem', { name: `Show ${rows} rows` }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** What fits a few letters, when the server has answered, too. */
async function search(page: Page, open: () => Promise<void>): Promise<void> {
  await open();
  await page.keyboard.type('transit');
  await page.getByRole('menuitem', { name: /wheat/ }).waitFor();
}
