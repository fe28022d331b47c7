import type { Page } from 'playwright-core';

import { follow, hireInBrowser, inviteTo, openWindow } from '../support/browser.js';
import { labelAt, PASSPHRASE } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { pair } from '../support/pairing.js';
import type { Scene, Take } from './scene.js';

/** What nobody wishes for: devices that are lost, and a person who may be another one. */
export async function dangers(scene: Scene, take: Take): Promise<void> {
  await lostEverything(scene, take);
  await anotherIdentity(scene, take);
}

async function lostEverything({ ministry, browser }: Scene, take: Take): Promise<void> {
  const { client: officer } = ministry.officer;
  const chen = await follow(browser, await inviteTo(ministry, 'Chen Li'));
  await officer.completeEnrolments();
  const code = await recoveryCode(chen.page);
  const { page } = await openWindow(browser);
  await page.goto(`${ministry.server.url}/recover`);
  await page.getByLabel('Recovery code').fill(code);
  await page.getByLabel('Name of this device').fill('New laptop');
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Ask to come back' }).click();
  await page.getByLabel('Number for the officer').waitFor();
  await take(page, 'recover-number');
  const [request] = await officer.recovery.requests();
  if (request) await officer.recovery.approve(request.id);
  await page.getByRole('button', { name: 'The officer has let me in' }).click();
  await page.getByText('Print your recovery code').waitFor();
  await chen.page.getByText('This device was revoked').waitFor();
  await take(chen.page, 'revoked');
  for (const window of [page, chen.page]) await window.context().close();
}

async function recoveryCode(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Make my recovery code' }).click();
  const paper = page.getByRole('region', { name: 'Your recovery code' }).getByRole('listitem');
  await paper.last().waitFor();
  return (await paper.allInnerTexts()).map((text) => text.trim().slice(-4)).join(' ');
}

async function anotherIdentity({ ministry, browser }: Scene, take: Take): Promise<void> {
  const karim = ministry.staff[1];
  if (!karim) throw new Error('there is nobody to compare with');
  const { page, personId } = await hireInBrowser(browser, ministry, 'Farid Salimov', 'SECRET');
  await page.getByRole('button', { name: 'I have read this' }).click();
  await karim.client.catchUp();
  const about = { name: 'Borders', label: labelAt('SECRET'), personIds: [personId] };
  const { id } = await karim.client.createConversation(about);
  await karim.client.send(id, { text: 'The map comes with the bag on Monday.' });
  await page.getByRole('row', { name: 'Borders' }).click();
  await page.getByRole('button', { name: 'Members' }).click();
  await page.getByRole('link', { name: 'Karim Nazarov' }).click();
  await page.getByRole('button', { name: 'I have compared it: the same' }).click();
  await page.getByText('verified', { exact: true }).waitFor();
  await page.goBack();
  await losesTelephone(ministry, karim);
  await page.getByText('has changed since you compared safety numbers').waitFor();
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Is it you?');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Nothing was sent; compare them again.').waitFor();
  await take(page, 'identity-changed');
  await page.getByRole('link', { name: 'Compare with Karim Nazarov' }).click();
  await page.getByText('identity changed', { exact: true }).first().waitFor();
  await take(page, 'person-changed');
  await page.context().close();
}

/** The key that was on the telephone gives way to another. */
async function losesTelephone(ministry: ClientMinistry, person: TestClient): Promise<void> {
  const telephone = await pair(ministry, person);
  await telephone.client.close();
  await person.client.revokeDevice(telephone.deviceId, 'STOLEN');
  await person.client.catchUp();
}
