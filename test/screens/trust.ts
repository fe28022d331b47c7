import { openWindow } from '../support/browser.js';
import { PASSPHRASE } from '../support/clients.js';
import { takeQuestion } from './scene.js';
import type { Scene, Take } from './scene.js';

/** Oneself, one's devices, and who the others are; and how one comes to a browser without a link. */
export async function trust(scene: Scene, take: Take): Promise<void> {
  await ownScreens(scene, take);
  await otherPeople(scene, take);
  await newcomers(scene, take);
}

async function ownScreens({ anna: { page } }: Scene, take: Take): Promise<void> {
  await page.getByRole('link', { name: 'Anna Petrova' }).click();
  await page.getByText('Your devices').waitFor();
  await take(page, 'profile');
  await page.getByRole('button', { name: /^Rename / }).click();
  await takeQuestion(page, take, 'device-rename');
  await page.getByRole('button', { name: /^Revoke / }).click();
  await take(page, 'device-revoke');
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('button', { name: 'Make my recovery code' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make my recovery code' }).click();
  await page.getByText('Read two groups').waitFor();
  await take(page, 'recovery-code');
  await page.keyboard.press('Escape');
}

async function otherPeople({ anna: { page } }: Scene, take: Take): Promise<void> {
  await page.getByRole('link', { name: 'Everybody else' }).click();
  await page.getByRole('link', { name: 'Dilnoza Rashidova' }).waitFor();
  await take(page, 'people');
  await page.getByRole('link', { name: 'Dilnoza Rashidova' }).click();
  await page.getByRole('list', { name: 'Safety number' }).waitFor();
  await take(page, 'person');
  await page.getByRole('button', { name: 'I have compared it: the same' }).click();
  await page.getByText('verified', { exact: true }).waitFor();
  await take(page, 'person-verified');
}

async function newcomers({ ministry, browser, anna }: Scene, take: Take): Promise<void> {
  const { page } = await openWindow(browser);
  await page.goto(`${ministry.server.url}/pair`);
  await page.getByLabel('Name of this device').fill('Tablet');
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.getByText(/^(Good|Strong)\.$/).waitFor();
  await take(page, 'pair');
  await page.getByRole('button', { name: 'Show the code' }).click();
  const code = page.getByLabel('Pairing code', { exact: true });
  await code.waitFor();
  await take(page, 'pair-code');
  await anna.page.getByRole('link', { name: 'Anna Petrova' }).click();
  await anna.page.getByRole('button', { name: 'Add a device' }).click();
  await anna.page.getByLabel('Pairing code').fill(await code.innerText());
  await take(anna.page, 'device-add');
  await anna.page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Compare both screens').waitFor();
  await take(page, 'pair-compare');
  await anna.page.getByRole('button', { name: 'They differ' }).click();
  await page.goto(`${ministry.server.url}/recover`);
  await take(page, 'recover');
  await page.context().close();
}
