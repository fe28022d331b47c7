import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { beginRecovery, openClient, resumeRecovery } from '#client/node';
import type { RecoveringDevice } from '#client/node';
import { fromBase64, toBase64 } from '#primitives';

import { CHEAPEST, labelAt, PASSPHRASE } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { startHostileMinistry } from '../support/hostileServer.js';
import type { HostileServer } from '../support/hostileServer.js';
import { newFolder, vaultOptions } from '../support/pairing.js';
import { refusal } from '../support/refusal.js';

let ministry: ClientMinistry;
let hostile: HostileServer;

beforeAll(async () => {
  ({ ministry, hostile } = await startHostileMinistry([{ name: 'Bruno Quispe' }]));
}, 60_000);
afterEach(() => {
  hostile.honest();
});
afterAll(() => ministry.stop());

const begin = async (code: string, folder: string): Promise<RecoveringDevice> =>
  beginRecovery({ ...vaultOptions(folder), server: ministry.server.url, code, deviceName: 'New laptop' });

/** A person with a recovery code on paper. */
async function prepared(name: string): Promise<{ who: TestClient; code: string }> {
  const who = await ministry.hire({ name });
  return { who, code: await who.client.recovery.renew(CHEAPEST) };
}

async function approveAll(): Promise<void> {
  const officer = ministry.officer.client;
  const requests = await officer.recovery.requests();
  const others = requests.filter(({ personId }) => personId !== ministry.officer.personId);
  for (const { id } of others) await officer.recovery.approve(id);
}

test('whoever lost every device comes back by code and officer, into their conversations and their history', async () => {
  const { who, code } = await prepared('Dora Lindqvist');
  const [bruno] = ministry.staff;
  await bruno!.client.catchUp();
  const options = { name: 'Fisheries', label: labelAt('SECRET'), personIds: [who.personId] };
  const { id } = await bruno!.client.createConversation(options);
  await bruno!.client.send(id, { text: 'before the loss' });
  await who.client.catchUp();
  await who.client.history.backUp();

  expect(code).toMatch(/^([0-9A-Z]{4}-){8}[0-9A-Z]{4}$/);
  const folder = await newFolder();
  const recovering = await begin(code.toLowerCase().replaceAll('-', ' '), folder);
  expect(await recovering.finish()).toBeUndefined();
  await ministry.officer.client.catchUp();
  const [request] = await ministry.officer.client.recovery.requests();
  expect(request).toMatchObject({ personName: 'Dora Lindqvist', deviceName: 'New laptop', number: recovering.number });
  await ministry.officer.client.recovery.approve(request!.id);
  const client = (await recovering.finish())!;
  expect(await client.whoami()).toMatchObject({
    personId: who.personId,
    personName: 'Dora Lindqvist',
    state: 'enrolled',
  });
  await expect(who.client.catchUp()).rejects.toThrow(refusal('DEVICE_REVOKED'));
  expect(await ministry.officer.client.recovery.requests()).toEqual([]);

  await bruno!.client.catchUp();
  await bruno!.client.send(id, { text: 'welcome back' });
  await client.catchUp();
  await client.history.restore();
  const { messages } = await client.messages(id);
  const texts = messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);
  expect(texts).toEqual(['before the loss', 'welcome back']);
  await client.close();
});

test('it goes on where it was interrupted, and nothing else can use the vault meanwhile', async () => {
  const { who, code } = await prepared('Emil Novak');
  const folder = await newFolder();
  const first = await begin(code, folder);
  const { number } = first;
  await first.close();
  await expect(openClient({ folder, passphrase: PASSPHRASE })).rejects.toThrow(refusal('UNAUTHENTICATED'));
  const again = await resumeRecovery({ folder, passphrase: PASSPHRASE });
  expect(again.number).toBe(number);
  await approveAll();
  const client = (await again.finish({ keepDevices: true }))!;
  await who.client.catchUp();
  expect((await who.client.devices.list()).map(({ revoked }) => revoked)).toEqual([false, false]);
  await client.close();
  await expect(resumeRecovery({ folder, passphrase: PASSPHRASE })).rejects.toThrow(refusal('RECOVERY_INVALID'));
});

test('a slip of the pen is found before anything is asked', async () => {
  const { code } = await prepared('Fatima Aziz');
  const wrong = code.startsWith('2') ? `3${code.slice(1)}` : `2${code.slice(1)}`;
  const folder = await newFolder();
  await expect(begin(wrong, folder)).rejects.toThrow(refusal('RECOVERY_INVALID', 'code'));
  expect(existsSync(join(folder, 'vault.json'))).toBe(false);
});

test('a newer code makes the older one void, with what waits under it', async () => {
  const { who, code } = await prepared('Goran Petrov');
  const waiting = await begin(code, await newFolder());
  await who.client.recovery.renew(CHEAPEST);
  await expect(waiting.finish()).rejects.toThrow(refusal('RECOVERY_INVALID'));
  await waiting.close();
  const folder = await newFolder();
  await expect(begin(code, folder)).rejects.toThrow(refusal('RECOVERY_INVALID'));
  expect(existsSync(join(folder, 'vault.json'))).toBe(false);
});

describe('the decision', () => {
  test('is an officer’s, never one’s own, and the bundle stays where it is before', async () => {
    const { who, code } = await prepared('Hana Sato');
    const recovering = await begin(code, await newFolder());
    await expect(who.client.recovery.requests()).rejects.toThrow(refusal('FORBIDDEN'));
    const own = await ministry.officer.client.recovery.renew(CHEAPEST);
    const officers = await begin(own, await newFolder());
    const requests = await ministry.officer.client.recovery.requests();
    const mine = requests.find(({ number }) => number === officers.number);
    await expect(ministry.officer.client.recovery.approve(mine!.id)).rejects.toThrow(refusal('FORBIDDEN'));
    const hers = requests.find(({ number }) => number === recovering.number);
    await ministry.officer.client.recovery.refuse(hers!.id);
    await expect(recovering.finish()).rejects.toThrow(refusal('RECOVERY_INVALID'));
    await recovering.close();
    await officers.close();
  });
});

describe('a server that lies', () => {
  test('cannot put another bundle in the place of the person’s: nothing is installed', async () => {
    const { code } = await prepared('Ivan Horvat');
    const folder = await newFolder();
    const recovering = await begin(code, folder);
    await approveAll();
    hostile.lie('Recovery', async ({ ask }) => {
      const { data } = await ask();
      const recovery = data?.['recovery'] as { bundle: string };
      const bundle = fromBase64(recovery.bundle);
      bundle[bundle.length - 1]! ^= 1;
      return { data: { recovery: { ...recovery, bundle: toBase64(bundle) } } };
    });
    await expect(recovering.finish()).rejects.toThrow(refusal('RECOVERY_INVALID'));
    hostile.honest();
    const client = await recovering.finish();
    expect(client).toBeDefined();
    await client?.close();
  });

  test('cannot lead the person into another ministry', async () => {
    const { code } = await prepared('Jana Kral');
    const recovering = await begin(code, await newFolder());
    await approveAll();
    hostile.lie('Ministry', async ({ ask }) => {
      const { data } = await ask();
      return { data: { ministry: { ...(data?.['ministry'] as object), rootFingerprint: 'A'.repeat(43) } } };
    });
    await expect(recovering.finish()).rejects.toThrow(refusal('ROOT_MISMATCH'));
    await recovering.close();
  });

  test('shows the officer another number when it puts another device in the place of the person’s', async () => {
    const { code } = await prepared('Karim Haddad');
    const recovering = await begin(code, await newFolder());
    hostile.lie('RecoveryRequests', async ({ ask }) => {
      const { data } = await ask();
      const page = data?.['recoveryRequests'] as { edges: { node: { signatureKey: string } }[] };
      const edges = page.edges.map(({ node }) => ({
        node: { ...node, signatureKey: toBase64(new Uint8Array(32).fill(7)) },
      }));
      return { data: { recoveryRequests: { ...page, edges } } };
    });
    const requests = await ministry.officer.client.recovery.requests();
    expect(requests.map(({ number }) => number)).not.toContain(recovering.number);
    hostile.honest();
    await recovering.close();
  });
});
