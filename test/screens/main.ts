/**
 * `npm run screens [FOLDER]`: pictures of every screen of the browser client, in light, dark, Arabic and at 360 px, for people to look at.
 * They go into `screens/`, which is not kept. Each area has a file of its own.
 */
import { mkdir } from 'node:fs/promises';

import { follow, inviteTo, startBrowser } from '../support/browser.js';
import { startMinistry } from '../support/clients.js';
import { administration } from './administration.js';
import { conversations } from './conversations.js';
import { knowledge } from './knowledge.js';
import { locking, opening } from './opening.js';
import { pictures } from './scene.js';
import type { Scene, Take } from './scene.js';
import { shell } from './shell.js';
import { trust } from './trust.js';

/** One after the other, each where the one before has left off. */
const AREAS: readonly ((scene: Scene, take: Take) => Promise<void>)[] = [
  ...[opening, conversations, knowledge, shell, trust, administration, locking],
];

const folder = process.argv[2] ?? 'screens';
await mkdir(folder, { recursive: true });
const ministry = await startMinistry([{ name: 'Dilnoza Rashidova', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] }]);
const browser = await startBrowser();
try {
  const anna = await follow(browser, await inviteTo(ministry, 'Anna Petrova'));
  const take = pictures(folder);
  for (const area of AREAS) await area({ ministry, browser, anna }, take);
} finally {
  await browser.close();
  await ministry.stop();
}
