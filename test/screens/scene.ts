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

/** Takes the pictures of a screen as it stands, and leaves it in English and wide. */
export type Take = (page: Page, screen: string) => Promise<void>;

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
  return async (page, screen) => {
    for (const { name, scheme, language, width } of LOOKS) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: HEIGHT });
      await speak(page, language);
      await page.screenshot({ path: join(folder, `${screen}-${name}.png`) });
    }
    await speak(page, 'en');
    await page.setViewportSize({ width: 1280, height: HEIGHT });
    process.stderr.write(`${screen}\n`);
  };
}
