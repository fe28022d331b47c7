import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { barriers, follow, hireInBrowser, inviteTo, openWindow, speak, startBrowser } from '../support/browser.js';
import type { BrowserPerson } from '../support/browser.js';
import { labelAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry } from '../support/clients.js';
import { describeWith } from '../support/requirements.js';

/** In Arabic and in English; the page ends in English. */
async function barriersInBoth(page: Page): Promise<string[]> {
  const found = await barriers(page);
  await speak(page, 'ar');
  found.push(...(await barriers(page)));
  await speak(page, 'en');
  return found;
}

/** What a screen shows for the comparison. */
const shown = async (page: Page): Promise<string[]> => {
  const values = page.getByRole('definition');
  await values.last().waitFor();
  return values.allInnerTexts();
};

/** A browser that asks to be one of the person's devices, as far as its code. */
async function ask(browser: Browser, url: string, deviceName: string): Promise<BrowserPerson> {
  const asking = await openWindow(browser);
  const { page } = asking;
  await page.goto(url);
  await page.getByRole('link', { name: 'I have another device' }).click();
  await page.getByLabel('Name of this device').fill(deviceName);
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Show the code' }).click();
  await page.getByLabel('Pairing code', { exact: true }).waitFor();
  return asking;
}

describeWith('chromium', "a person's devices", () => {
  let ministry: ClientMinistry;
  let browser: Browser;
  let laptop: BrowserPerson;

  beforeAll(async () => {
    [ministry, browser] = await Promise.all([startMinistry([]), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await ministry.stop();
  });

  test('a second browser comes in by a code and the same words on both screens', async () => {
    laptop = await hireInBrowser(browser, ministry, 'Anna Petrova');
    const { page } = laptop;
    const tablet = await ask(browser, ministry.server.url, 'Tablet');
    expect(await barriersInBoth(tablet.page)).toEqual([]);
    const code = await tablet.page.getByLabel('Pairing code', { exact: true }).innerText();
    await page.getByRole('link', { name: 'Anna Petrova' }).click();
    await page.getByRole('button', { name: 'Add a device' }).click();
    await page.getByLabel('Pairing code').fill(code.toLowerCase());
    await page.keyboard.press('Enter');
    expect(await shown(page)).toEqual(await shown(tablet.page));
    for (const screen of [page, tablet.page]) expect(await barriersInBoth(screen)).toEqual([]);
    for (const screen of [tablet.page, page]) await screen.getByRole('button', { name: 'They are the same' }).click();
    await page.getByText('The device is yours now').waitFor();
    await tablet.page.getByRole('link', { name: 'Conversations' }).waitFor();
    await page.getByRole('link', { name: 'Back to your profile' }).click();
    await page.getByText('Tablet', { exact: true }).waitFor();
    expect(await barriersInBoth(page)).toEqual([]);
    expect([...laptop.complaints, ...tablet.complaints]).toEqual([]);
  });

  test('a device with a camera lets another in by looking at its screen', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chancery-camera-'));
    const seen = join(folder, 'screen.mjpeg');
    const camera = await startBrowser(seen);
    const { page, complaints } = await hireInBrowser(camera, ministry, 'Farida Nazarova');
    const desktop = await ask(browser, ministry.server.url, 'Desktop');
    await writeFile(seen, await desktop.page.screenshot({ type: 'jpeg', quality: 80 }));
    await page.getByRole('link', { name: 'Farida Nazarova' }).click();
    await page.getByRole('button', { name: 'Add a device' }).click();
    await page.getByRole('button', { name: 'Scan with the camera' }).click();
    expect(await shown(page)).toEqual(await shown(desktop.page));
    expect(await page.getByLabel('What the camera sees').count()).toBe(0);
    for (const screen of [desktop.page, page]) await screen.getByRole('button', { name: 'They are the same' }).click();
    await page.getByText('The device is yours now').waitFor();
    expect([...complaints, ...desktop.complaints]).toEqual([]);
    await camera.close();
    await rm(folder, { recursive: true });
  });

  test('where there is no camera, the code is typed', async () => {
    const { page } = laptop;
    await page.getByRole('button', { name: 'Add a device' }).click();
    await page.getByRole('button', { name: 'Scan with the camera' }).click();
    await page.getByText('There is no picture from a camera. Type the code instead.').waitFor();
    await page.getByRole('link', { name: 'Back to your profile' }).click();
  });

  test('two browsers go on writing while a third device is revoked', async () => {
    const { page, personId } = laptop;
    const bruno = await hireInBrowser(browser, ministry, 'Bruno Quispe');
    const lost = await ask(browser, ministry.server.url, 'Telephone');
    const approve = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Add a device' }).click();
      await page
        .getByLabel('Pairing code')
        .fill(await lost.page.getByLabel('Pairing code', { exact: true }).innerText());
      await page.getByRole('button', { name: 'Continue' }).click();
      for (const screen of [lost.page, page]) await screen.getByRole('button', { name: 'They are the same' }).click();
      await page.getByText('The device is yours now').waitFor();
    };
    await approve();
    const { officer } = ministry;
    const people = [personId, bruno.personId];
    await officer.client.catchUp();
    const label = labelAt('SECRET');
    const { id } = await officer.client.createConversation({ name: 'Talks', label, personIds: people });
    await officer.client.send(id, { text: 'Who is there?' });
    for (const screen of [page, bruno.page]) await open(screen);

    await write(bruno.page, 'Before the loss.');
    await page.getByText('Before the loss.').first().waitFor();
    const phone = (await officer.client.people())
      .flatMap(({ devices }) => devices)
      .find(({ name }) => name === 'Telephone');
    const revoked = officer.client.revokeDevice(phone!.id, 'LOST');
    await write(bruno.page, 'While it is revoked.');
    await write(page, 'I am still here.');
    await revoked;
    await lost.page.getByText('This device was revoked').waitFor();
    await write(bruno.page, 'Without it.');
    for (const text of ['While it is revoked.', 'Without it.']) await page.getByText(text).first().waitFor();
    await bruno.page.getByText('I am still here.').first().waitFor();
  });

  test('who has lost every device comes back by the paper and an officer', async () => {
    const chen = await follow(browser, await inviteTo(ministry, 'Chen Li'));
    await ministry.officer.client.completeEnrolments();
    await chen.page.getByRole('button', { name: 'Make my recovery code' }).click();
    const paper = chen.page.getByRole('region', { name: 'Your recovery code' }).getByRole('listitem');
    await paper.last().waitFor();
    const code = (await paper.allInnerTexts()).map((text) => text.trim().slice(-4)).join(' ');

    const fresh = await openWindow(browser);
    const { page } = fresh;
    await page.goto(`${ministry.server.url}/recover`);
    await page.getByLabel('Recovery code').fill(code);
    await page.getByLabel('Name of this device').fill('New laptop');
    await page.getByLabel('Passphrase').fill(PASSPHRASE);
    expect(await barriersInBoth(page)).toEqual([]);
    await page.getByRole('button', { name: 'Ask to come back' }).click();
    const number = await page.getByLabel('Number for the officer').innerText();
    expect(await barriersInBoth(page)).toEqual([]);
    const [request] = await ministry.officer.client.recovery.requests();
    expect(number.replace(' ', '')).toBe(request?.number);
    await page.getByRole('button', { name: 'The officer has let me in' }).click();
    await page.getByText('has not decided yet').waitFor();
    await ministry.officer.client.recovery.approve(request!.id);
    await page.getByRole('button', { name: 'The officer has let me in' }).click();
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByRole('link', { name: 'Conversations' }).waitFor();
    await chen.page.getByText('This device was revoked').waitFor();
    expect(fresh.complaints).toEqual([]);
  });
});

async function open(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Conversations' }).click();
  await page.getByText('Talks').first().click();
  await page.getByText('Who is there?').first().waitFor();
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}
