import type { Browser } from 'playwright-core';

import { hireInBrowser, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { CountedLine } from '../support/countedLine.js';
import { describeWith } from '../support/requirements.js';
import { endFirstVisit, SLOW, startBehind, visit } from '../support/slowLine.js';

/** Within so many seconds somebody has read what waited, and answered. */
const GOAL_SECONDS = 15;
/** All that the line carries in that time, in one direction. */
const BUDGET_BYTES = (GOAL_SECONDS * SLOW.bitsPerSecond) / 8;
const WAITING = 20;

describeWith('chromium', 'a counsellor in a mission on a line of 64 kbit/s', () => {
  let line: CountedLine;
  let ministry: ClientMinistry;
  let browser: Browser;
  let anna: BrowserPerson;
  const texts = Array.from({ length: WAITING }, (_, number) => `Point ${String(number + 1)}: the talks go on at nine.`);

  beforeAll(async () => {
    line = await CountedLine.listen();
    ministry = await startMinistry([{ name: 'Dilnoza Rashidova' }], {}, startBehind(line));
    browser = await startBrowser();
    anna = await hireInBrowser(browser, ministry, 'Anna Petrova');
    const { client } = ministry.staff[0]!;
    await client.catchUp();
    const options = { name: 'Talks', label: labelAt('SECRET'), personIds: [anna.personId] };
    const { id } = await client.createConversation(options);
    await anna.page.getByRole('row', { name: 'Talks' }).waitFor();
    await endFirstVisit(anna, line);
    for (const text of texts) await client.send(id, { text });
  }, 400_000);
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
    await line.close();
  });

  test('comes in, reads twenty messages and answers with what such a line carries in fifteen seconds', async () => {
    const writer = ministry.staff[0]!;
    const waiting = { conversation: 'Talks', texts, answer: 'Received, and understood.', writer };
    const done = await visit(anna, line, waiting);
    const { toFieldSeconds, toReadSeconds, toSentSeconds, traffic, wholeTraffic, requests } = done;
    const asked = requests.filter((name) => !name.startsWith('/')).join(' ');
    const times = [toFieldSeconds, toReadSeconds, toSentSeconds].map((seconds) => seconds.toFixed(1)).join(', ');
    console.log(`field, read, answered after ${times} s; ${JSON.stringify({ traffic, wholeTraffic })}; ${asked}`);
    expect(traffic.received).toBeLessThan(BUDGET_BYTES);
    expect(traffic.sent).toBeLessThan(BUDGET_BYTES);
  });
});
