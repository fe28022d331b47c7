import type { Scene, Take } from './scene.js';

/** What stands around and above every screen. */
export async function shell({ anna: { page } }: Scene, take: Take): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('menuitem').first().waitFor();
  await take(page, 'palette');
  await page.keyboard.type('tra');
  await page.getByText(/results?$/).waitFor();
  await take(page, 'palette-found');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
  await take(page, 'shortcuts');
  await page.keyboard.press('Escape');
  await page.context().setOffline(true);
  await page.getByText('Offline since').waitFor();
  await take(page, 'offline');
  await page.context().setOffline(false);
  await page.getByText('Offline since').waitFor({ state: 'detached' });
}
