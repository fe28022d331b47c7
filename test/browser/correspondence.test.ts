import type { Browser } from 'playwright-core';

import { barriers, follow, hireInBrowser, inviteTo, letIn, startBrowser, unlock } from '../support/browser.js';
import { labelAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { describeWith } from '../support/requirements.js';

/** For the browser: the names of what stands in its private file system below `vaults`. */
const VAULTS = `(async () => {
  const vaults = await (await navigator.storage.getDirectory()).getDirectoryHandle('vaults');
  return Array.fromAsync(vaults.keys());
})()`;

describeWith('chromium', 'a diplomat in a browser', () => {
  let ministry: ClientMinistry;
  let browser: Browser;

  beforeAll(async () => {
    [ministry, browser] = await Promise.all([startMinistry([{ name: 'Dilnoza' }]), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('enrols by a link, waits for the officer, reads what is written to them and answers', async () => {
    const { staff, server } = ministry;
    const dilnoza = staff[0]!;
    const invitation = await inviteTo(ministry, 'Anna Petrova');
    const anna = await follow(browser, invitation);
    const { page, personId, complaints } = anna;
    expect(page.url()).toBe(`${server.url}/enrol`); // no secret stays in the address
    expect(await barriers(page)).toEqual([]);
    await letIn(ministry, anna);
    await page.getByText('No conversation yet').waitFor();

    await dilnoza.client.catchUp();
    const label = labelAt('SECRET');
    const { id } = await dilnoza.client.createConversation({ name: 'Talks', label, personIds: [personId] });
    await dilnoza.client.send(id, { text: 'The delegation lands at six.' });
    await page.getByRole('row', { name: 'Talks' }).click();
    await page.getByRole('log').getByText('The delegation lands at six.').waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('We are at the airport.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('log').getByText('accepted').waitFor();
    await dilnoza.client.catchUp();
    const { messages } = await dilnoza.client.messages(id);
    expect(messages.map(({ text }) => text)).toContain('We are at the airport.');
    expect(await barriers(page)).toEqual([]);

    await page.getByRole('combobox').selectOption('ar');
    await page.getByRole('heading', { name: 'المحادثات' }).waitFor();
    expect(await page.getAttribute('html', 'dir')).toBe('rtl');
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('combobox').selectOption('en');

    await page.reload();
    await page.getByLabel('Passphrase').fill('not this one');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('does not open the vault').waitFor();
    await page.getByLabel('Passphrase').fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('log').getByText('We are at the airport.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('has two windows open: both follow, and when the first is closed the second asks for the passphrase', async () => {
    const { staff } = ministry;
    const dilnoza = staff[0]!;
    const { page, personId, complaints } = await hireInBrowser(browser, ministry, 'Bruno Quispe');
    const second = await page.context().newPage();
    await second.goto(page.url());
    await second.getByText('No conversation yet').waitFor();

    await dilnoza.client.catchUp();
    const label = labelAt('SECRET');
    const { id } = await dilnoza.client.createConversation({ name: 'Visas', label, personIds: [personId] });
    await dilnoza.client.send(id, { text: 'Eleven were issued.' });
    for (const window of [page, second]) {
      await window.getByRole('row', { name: 'Visas' }).click();
      await window.getByRole('log').getByText('Eleven were issued.').waitFor();
    }
    await second.getByRole('textbox', { name: 'Message' }).fill('And two refused.');
    await second.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('log').getByText('And two refused.').waitFor();

    await page.close();
    await unlock(second);
    await second.getByRole('log').getByText('And two refused.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('is revoked: nothing is left in the browser', async () => {
    const { officer } = ministry;
    const { page, personId } = await hireInBrowser(browser, ministry, 'Chen Li');
    await officer.client.catchUp();
    const chen = (await officer.client.people()).find(({ id }) => id === personId);
    await officer.client.revokeDevice(chen!.devices[0]!.id, 'LOST');
    await page.getByText('This device was revoked').waitFor();
    expect(await page.evaluate(VAULTS)).toEqual([]);
  });
});
