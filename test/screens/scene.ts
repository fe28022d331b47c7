import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { speak } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import type { ClientMinistry } from '../support/clients.js';

/** What the areas show: a ministry at work, and one of its people at a browser. The first area lets her in. */
export interface Scene {
  readonly ministry: ClientMinistry;
  readonly browser: Browser;
  readonly anna: BrowserPerson;
}

/**
 * Takes the pictures of a screen as it stands, and leaves it in English and wide. `open` opens what stands above the screen, `close`
 * closes it: some of it keeps the words with which it was opened.
 */
export type Take = (page: Page, screen: string, above?: Above) => Promise<void>;

interface Above {
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Look {
  readonly name: string;
  readonly scheme: 'light' | 'dark';
  readonly language: 'en' | 'ar';
  readonly width: number;
}

const HEIGHT = 800;
const LOOKS: readonly Look[] = [
  { name: 'light', scheme: 'light', language: 'en', width: 1280 },
  { name: 'dark', scheme: 'dark', language: 'en', width: 1280 },
  { name: 'arabic', scheme: 'light', language: 'ar', width: 1280 },
  { name: 'narrow', scheme: 'light', language: 'en', width: 360 },
];

export function pictures(folder: string): Take {
  return async (page, screen, above) => {
    for (const { name, scheme, language, width } of LOOKS) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: HEIGHT });
      await speak(page, language);
      await above?.open();
      await settled(page);
      await page.screenshot({ path: join(folder, `${screen}-${name}.png`) });
      await above?.close();
    }
    await speak(page, 'en');
    await page.setViewportSize({ width: 1280, height: HEIGHT });
    process.stderr.write(`${screen}\n`);
  };
}

/** Nothing is being fetched for the screen any more: its shapes have become what they stood for. */
async function settled(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.locator('[role=status][aria-label] > [aria-hidden=true]').first().waitFor({ state: 'detached' });
  await page.evaluate(`new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))`);
}

/** Takes the pictures of a question above the screen, then leaves it. */
export async function takeQuestion(page: Page, take: Take, screen: string): Promise<void> {
  await page.locator('[role=dialog], [role=alertdialog]').waitFor();
  await take(page, screen);
  await page.keyboard.press('Escape');
  await page.locator('[role=dialog], [role=alertdialog]').waitFor({ state: 'detached' });
}

/** An option of a list that opens, in the question above the screen or, without one, on the screen. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: label }).last().click();
  await page.getByRole('option', { name: option, exact: true }).click();
}
