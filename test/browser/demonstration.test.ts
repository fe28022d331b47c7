import type { Browser } from 'playwright-core';

import { Reception } from '../../apps/cli/src/demo/reception.js';
import type { Arrival } from '../../apps/cli/src/demo/reception.js';
import { makeFolder, removeFolder } from '../../apps/cli/src/folder.js';
import type { Folder } from '../../apps/cli/src/folder.js';
import { enrolAll, found, openServer } from '../../apps/cli/src/demo/stage.js';
import type { Stage } from '../../apps/cli/src/demo/stage.js';
import { labelAt } from '../support/clients.js';
import { openWindow, startBrowser } from '../support/browser.js';
import { describeWith } from '../support/requirements.js';
import { startServer } from '../support/server.js';

const WITHIN_SECONDS = 60;

describeWith('chromium', 'a newcomer to the demonstration', () => {
  let folder: Folder;
  let stage: Stage;
  let reception: Reception;
  let browser: Browser;
  const arrivals: Arrival[] = [];

  beforeAll(async () => {
    folder = await makeFolder('demo');
    const { path } = folder;
    const { server, token } = await openServer(path, 0);
    const officer = await found(path, server.url, token);
    const players = [officer, ...(await enrolAll(path, officer))];
    stage = { folder: path, server, players: new Map(players.map((player) => [player.key, player])) };
    const host = stage.players.get('director')!.client;
    const personIds = [officer.id];
    const { id } = await host.createConversation({ name: 'Southern', label: labelAt('RESTRICTED'), personIds });
    await host.send(id, { text: 'The crane is on the train.' });
    for (const { client } of players) await client.close();
    reception = await Reception.open(stage);
    reception.receive((arrival) => arrivals.push(arrival));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await reception.close();
    await stage.server.close();
    await removeFolder(folder);
  });

  test('follows a link, presses one button, and finds what is going on', async () => {
    const { page, complaints } = await openWindow(browser);
    const begin = performance.now();
    await page.goto(reception.guests[0]!.link);
    await page.getByText('This is a demonstration').waitFor();
    await page.getByRole('button', { name: 'Enrol' }).click();
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByText('Welcome, Marisol Vega').first().waitFor();
    await page.getByText('Southern').first().waitFor();
    const seconds = (performance.now() - begin) / 1000;
    console.log(`a newcomer was inside within ${seconds.toFixed(1)} seconds`);
    expect(seconds).toBeLessThan(WITHIN_SECONDS);
    expect(complaints).toEqual([]);
  });

  test('who guards the ministry finds an act that waits for a signature, and may sign it', async () => {
    const { page } = await openWindow(browser);
    await page.goto(reception.guests[2]!.link);
    await page.getByText('This is a demonstration').waitFor();
    await page.getByRole('button', { name: 'Enrol' }).click();
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByText('Welcome, Noor Haddad').first().waitFor();
    await page.getByRole('link', { name: 'Administration' }).click();
    await page.getByText('act waits for your signature').waitFor();
    expect(arrivals.length).toBeGreaterThan(0);
  });

  test('no other server has a ready passphrase for anybody, whatever its settings say', async () => {
    const server = await startServer({ environment: { CHANCERY_DEMONSTRATION: 'true', DEMONSTRATION: '1' } });
    try {
      expect((await fetch(`${server.url}/demonstration`)).status).toBe(404);
    } finally {
      await server.stop();
    }
  });
});
