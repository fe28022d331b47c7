import { existsSync } from 'node:fs';
import { join } from 'node:path';

import pg from 'pg';

import { requestPairing } from '#client/node';
import { fromBase64, generateKemKeyPair, generateSigningKeyPair, randomBytes, toBase64 } from '#primitives';

import { commitmentOf, encodeOffer } from '../../libs/client/src/devices/transcript.js';
import { refusal } from '../support/refusal.js';
import { withHostilePair } from '../support/hostilePair.js';
import type { HostileServer } from '../support/hostileServer.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { meet, newFolder, pair, vaultOptions } from '../support/pairing.js';

let ministry: ClientMinistry;
let hostile: HostileServer;
let aziza: TestClient;
let bruno: TestClient;

withHostilePair((both) => {
  ({ ministry, hostile, aziza, bruno } = both);
});

const inDatabase = async (query: string): Promise<pg.QueryResult> => {
  const database = new pg.Client({ connectionString: hostile.real.databaseUrl });
  await database.connect();
  try {
    return await database.query(query);
  } finally {
    await database.end();
  }
};

describe('a second device', () => {
  test('comes in when the person has compared the words, and can bring in a third', async () => {
    const { fresh, approval, digits, words } = await meet(ministry, aziza, 'Telephone of Aziza');
    const revealed = await approval.revealed();
    expect(revealed).toEqual({ deviceName: 'Telephone of Aziza', digits, words });
    expect(digits).toMatch(/^\d{7}$/);
    expect(words).toHaveLength(4);
    const folder = await newFolder();
    expect(await fresh.install(vaultOptions(folder))).toBeUndefined();
    expect(existsSync(join(folder, 'vault.json'))).toBe(false);
    expect(await approval.isInstalled()).toBe(false);
    await approval.approve();
    const client = (await fresh.install(vaultOptions(folder)))!;
    expect(await client.whoami()).toMatchObject({
      personId: aziza.personId,
      state: 'enrolled',
      deviceName: 'Telephone of Aziza',
    });
    expect(await approval.isInstalled()).toBe(true);

    const phone = { ...aziza, folder, client, deviceId: (await client.whoami()).deviceId };
    const tablet = await pair(ministry, phone, 'Tablet');
    await bruno.client.catchUp();
    const devices = (await bruno.client.people()).find(({ id }) => id === aziza.personId)?.devices;
    expect(devices?.map(({ name }) => name)).toEqual(['Laptop of Aziza Karimova', 'Telephone of Aziza', 'Tablet']);
    await tablet.client.close();
    await client.close();
  });

  test('is listed with name and the hour in which it was last there, and can be called something else', async () => {
    const phone = await pair(ministry, bruno, 'Phone');
    await bruno.client.devices.rename(phone.deviceId, 'Red telephone');
    await phone.client.catchUp();
    const devices = await phone.client.devices.list();
    expect(devices.map(({ name, own }) => ({ name, own }))).toEqual([
      { name: 'Laptop of Bruno Quispe', own: false },
      { name: 'Red telephone', own: true },
    ]);
    for (const { lastSeen } of devices) expect(lastSeen).toMatch(/^20.*:00:00\.000Z$/);
    await expect(aziza.client.devices.rename(phone.deviceId, 'Mine')).rejects.toThrow(refusal('NOT_FOUND'));
    await phone.client.close();
  });

  test('gets another name only where a device of the person has signed it', async () => {
    hostile.lie('DeviceNotes', async ({ ask }) => {
      const { data } = await ask();
      const notes = data?.['deviceNotes'] as Record<string, unknown>[];
      return { data: { deviceNotes: notes.map((note) => ({ ...note, name: 'Another', namedBy: bruno.deviceId })) } };
    });
    const names = (await bruno.client.devices.list()).map(({ name }) => name);
    expect(names).not.toContain('Another');
  });
});

describe('a pairing code', () => {
  test('serves one device, once', async () => {
    const { fresh, approval } = await meet(ministry, aziza);
    await expect(bruno.client.devices.approve(fresh.code)).rejects.toThrow(refusal('PAIRING_INVALID'));
    await expect(aziza.client.devices.approve(fresh.code)).rejects.toThrow(refusal('PAIRING_INVALID'));
    await fresh.refuse();
    await expect(approval.revealed()).rejects.toThrow(refusal('PAIRING_INVALID'));
    await expect(aziza.client.devices.approve(fresh.code)).rejects.toThrow(refusal('PAIRING_INVALID'));
  });

  test('is nothing after ten minutes', async () => {
    const { fresh, approval } = await meet(ministry, aziza);
    await inDatabase("UPDATE pairing SET expires_at = now() - interval '1 second'");
    await expect(fresh.answered()).rejects.toThrow(refusal('PAIRING_EXPIRED'));
    await expect(approval.revealed()).rejects.toThrow(refusal('PAIRING_EXPIRED'));
  });

  test('is read as people type it', async () => {
    const fresh = await requestPairing({ server: ministry.server.url, deviceName: 'Phone' });
    const typed = ` ${fresh.code.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l').replace('-', ' ')} `;
    const approval = await aziza.client.devices.approve(typed);
    expect((await fresh.answered())?.personName).toBe('Aziza Karimova');
    await approval.refuse();
    await expect(fresh.install(vaultOptions(await newFolder()))).rejects.toThrow(refusal('PAIRING_INVALID'));
  });

  test.each(['', '1234567', '123456789', 'ABCD-EFGU', 'https://x/pair#ABCDEFGH.a.b'])('%j is none', async (text) => {
    await expect(aziza.client.devices.approve(text)).rejects.toThrow(refusal('PAIRING_INVALID', 'code'));
  });
});

test('a device that was not handed the identity key in force brings in no other', async () => {
  const clara = await ministry.hire({ name: 'Clara Osei' });
  const phone = await pair(ministry, clara);
  hostile.lie('KeyParcels', () => ({ data: { parcelKeys: [], keyParcels: [] } }));
  await clara.client.identity.rotate();
  await phone.client.catchUp();
  const fresh = await requestPairing({ server: ministry.server.url, deviceName: 'Third' });
  await expect(phone.client.devices.approve(fresh.code)).rejects.toThrow(refusal('PAIRING_INVALID'));
  expect(await clara.client.devices.approve(fresh.code)).toBeDefined();
  hostile.honest();
  await phone.client.close();
});

describe('a server in between', () => {
  /** Keys of the intruder's own, for the place of the new device's. */
  const intruder = () => {
    const keys = { signatureKey: generateSigningKeyPair().publicKey, kemKey: generateKemKeyPair('xwing').publicKey };
    const offer = encodeOffer({ deviceId: '019364d2-7c40-7000-8000-00000000beef', deviceName: 'Telephone', ...keys });
    const nonce = randomBytes(32);
    return { offer, nonce, commitment: commitmentOf(offer, nonce) };
  };

  const swapCommitment = ({ commitment }: ReturnType<typeof intruder>) =>
    hostile.lie('ClaimPairing', async ({ ask }) => {
      const { data } = await ask();
      return { data: { claimPairing: { ...(data?.['claimPairing'] as object), commitment: toBase64(commitment) } } };
    });

  const swapOffer = ({ offer, nonce }: ReturnType<typeof intruder>) =>
    hostile.lie('PairingOffer', async ({ ask }) => {
      const { data } = await ask();
      const shown = { offer: toBase64(offer), nonce: toBase64(nonce) };
      return { data: { pairingOffer: { ...(data?.['pairingOffer'] as object), ...shown } } };
    });

  test('that puts its own device in the place of the new one shows other words', async () => {
    const own = intruder();
    swapCommitment(own);
    swapOffer(own);
    const { approval, digits, words } = await meet(ministry, aziza);
    const revealed = await approval.revealed();
    expect(revealed?.deviceName).toBe('Telephone');
    expect(revealed?.digits).not.toBe(digits);
    expect(revealed?.words).not.toEqual(words);
  });

  test('cannot change its mind after the commitment', async () => {
    swapOffer(intruder());
    const { approval } = await meet(ministry, aziza);
    await expect(approval.revealed()).rejects.toThrow(refusal('PAIRING_INVALID'));
    await expect(approval.approve()).rejects.toThrow(refusal('PAIRING_INVALID'));
  });

  test('that answers in the place of the other device shows other words', async () => {
    const fresh = await requestPairing({ server: ministry.server.url, deviceName: 'Phone' });
    const approval = await aziza.client.devices.approve(fresh.code);
    hostile.lie('Pairing', async ({ ask }) => {
      const { data } = await ask();
      const pairing = data?.['pairing'] as { answer: string };
      const answer = fromBase64(pairing.answer);
      answer.set(randomBytes(8), 40); // within the nonce
      return { data: { pairing: { ...pairing, answer: toBase64(answer) } } };
    });
    const answered = await fresh.answered();
    expect((await approval.revealed())?.digits).not.toBe(answered?.digits);
  });

  test('is found at once where the code was scanned', async () => {
    const fresh = await requestPairing({ server: ministry.server.url, deviceName: 'Phone' });
    swapCommitment(intruder());
    await expect(aziza.client.devices.approve(fresh.text)).rejects.toThrow(refusal('PAIRING_INVALID'));
    hostile.honest();
    const other = fresh.text.replace(ministry.server.url, 'https://elsewhere.example');
    await expect(aziza.client.devices.approve(other)).rejects.toThrow(refusal('ROOT_MISMATCH'));
  });

  test('cannot hand over anything of its own: no vault stays', async () => {
    const { fresh, approval } = await meet(ministry, aziza);
    await approval.revealed();
    await approval.approve();
    hostile.lie('Pairing', async ({ ask }) => {
      const { data } = await ask();
      const pairing = data?.['pairing'] as { sealed: string };
      const sealed = fromBase64(pairing.sealed);
      sealed[sealed.length - 1]! ^= 1;
      return { data: { pairing: { ...pairing, sealed: toBase64(sealed) } } };
    });
    const folder = await newFolder();
    await expect(fresh.install(vaultOptions(folder))).rejects.toThrow(refusal('PAIRING_INVALID'));
    expect(existsSync(join(folder, 'vault.json'))).toBe(false);
  });

  test('that gives another directory to the new device gets no vault', async () => {
    const { fresh, approval } = await meet(ministry, aziza);
    await approval.revealed();
    await approval.approve();
    hostile.lie('Statements', async ({ ask }) => {
      const { data } = await ask();
      const page = data?.['statements'] as { statements: { payload: string }[]; head: number };
      const changed = page.statements.map((statement, index) => {
        if (index === 0) return statement;
        const payload = fromBase64(statement.payload);
        payload[payload.length - 1]! ^= 1;
        return { ...statement, payload: toBase64(payload) };
      });
      return { data: { statements: { ...page, statements: changed } } };
    });
    const folder = await newFolder();
    await expect(fresh.install(vaultOptions(folder))).rejects.toThrow(refusal('STATEMENT_INVALID'));
    expect(existsSync(join(folder, 'vault.json'))).toBe(false);
  });

  test('keeps nothing of what it carried after the end', async () => {
    const phone = await pair(ministry, aziza, 'Fourth');
    const { rows } = await inDatabase("SELECT sealed FROM pairing WHERE ended = 'INSTALLED'");
    await phone.client.close();
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ sealed }: { sealed: Buffer | null }) => sealed === null)).toBe(true);
  });
});
