/**
 * `npm run screens [FOLDER [AREA …]]`: pictures of every screen of the browser client, in light, dark, Arabic and at 360 px, for people to
 * look at. They go into `screens/`, which is not kept. Each area has a file of its own, and is taken alone if it is named.
 */
import { mkdir } from 'node:fs/promises';

import { follow, inviteTo, startBrowser } from '../support/browser.js';
import { startMinistry } from '../support/clients.js';
import { administration } from './administration.js';
import { conversations } from './conversations.js';
import { dangers } from './dangers.js';
import { founding } from './founding.js';
import { knowledge } from './knowledge.js';
import { locking, opening } from './opening.js';
import { filePapers } from './papers.js';
import { pictures } from './scene.js';
import type { Scene, Take } from './scene.js';
import { shell } from './shell.js';
import { trust } from './trust.js';
import { writing } from './writing.js';

/** One after the other, each where the one before has left off; before any of them somebody is let in. */
const AREAS: Readonly<Record<string, (scene: Scene, take: Take) => Promise<void>>> = {
  ...{ conversations, knowledge, writing, shell, trust, administration, locking, dangers, founding },
};

const [folder = 'screens', ...named] = process.argv.slice(2);
const unknown = named.filter((name) => !(name in AREAS));
if (unknown.length > 0) throw new Error(`no area ${unknown.join(', ')}; there are ${Object.keys(AREAS).join(', ')}`);
await mkdir(folder, { recursive: true });
const ministry = await startMinistry([
  { name: 'Dilnoza Rashidova', title: 'Counsellor', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] },
  { name: 'Karim Nazarov', title: 'Second Secretary', level: 'SECRET', roles: ['MEMBER', 'PLANNER'] },
]);
const browser = await startBrowser();
try {
  const anna = await follow(browser, await inviteTo(ministry, 'Anna Petrova'));
  const take = pictures(folder);
  const scene = { ministry, browser, anna };
  await opening(scene, take);
  await filePapers((ministry.staff[0] ?? ministry.officer).client);
  for (const [name, area] of Object.entries(AREAS)) {
    if (named.length === 0 || named.includes(name)) await area(scene, take);
  }
} finally {
  await browser.close();
  await ministry.stop();
}
