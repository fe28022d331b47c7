import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { enrolDevice, openClient } from '#client/node';

import { openKey } from '../../libs/client/src/vaultKey.js';
import { CHEAPEST, labelAt, clearanceAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';

describe('a vault', () => {
  let ministry: ClientMinistry;
  let aziza: TestClient;
  let bruno: TestClient;
  let scratch: string;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'chancery-vault-test-'));
    ministry = await startMinistry([{ name: 'Aziza' }, { name: 'Bruno' }]);
    [aziza, bruno] = ministry.staff as [TestClient, TestClient];
    await aziza.client.catchUp();
  }, 120_000);
  afterAll(async () => {
    await ministry.stop();
    rmSync(scratch, { recursive: true });
  });

  const converse = async (name: string): Promise<string> => {
    const { id } = await aziza.client.createConversation({
      name,
      label: labelAt('SECRET'),
      personIds: [bruno.personId],
    });
    await bruno.client.catchUp();
    return id;
  };

  test('opens with its passphrase only, for one program only', async () => {
    const { folder } = bruno;
    await expect(openClient({ folder, passphrase: PASSPHRASE })).rejects.toMatchObject({ code: 'VAULT_BUSY' });
    await expect(openClient({ folder, passphrase: 'wrong' })).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    const nowhere = openClient({ folder: join(scratch, 'nowhere'), passphrase: PASSPHRASE });
    await expect(nowhere).rejects.toMatchObject({ code: 'VAULT_MISSING' });
  });

  test('goes on where it was when the program starts again', async () => {
    const id = await converse('Restart');
    await aziza.client.send(id, { text: 'Before the restart.' });
    aziza = await ministry.reopen(aziza);
    await aziza.client.send(id, { text: 'After it.' });
    await bruno.client.catchUp();
    const { messages } = await bruno.client.messages(id);
    expect(messages.filter(({ kind }) => kind === 'text').map(({ text }) => text)).toEqual([
      'Before the restart.',
      'After it.',
    ]);
    expect(await bruno.client.conversation(id)).toMatchObject({ problem: undefined });
  });

  test('holds no word of what was written, or of who wrote it, in the clear', async () => {
    const id = await converse('The quokka file');
    await aziza.client.send(id, { text: 'The canary word is xylograph.' });
    await bruno.client.catchUp();
    for (const { folder } of [aziza, bruno]) {
      for (const name of readdirSync(folder)) {
        const bytes = readFileSync(join(folder, name), 'latin1');
        for (const word of ['xylograph', 'quokka', 'Aziza', 'Bruno']) expect(bytes).not.toContain(word);
      }
    }
  });

  test('of a founder holds the root key until it is kept elsewhere; nobody else has it', async () => {
    const { rootKey } = ministry.officer.client;
    const file = (await rootKey.file()) ?? '';
    expect(() => openKey(file, PASSPHRASE, 'root')).not.toThrow();
    expect(await aziza.client.rootKey.file()).toBeUndefined();
    await rootKey.forget();
    expect(await rootKey.file()).toBeUndefined();
  });

  test('an older copy is noticed, and encrypts nothing', async () => {
    const id = await converse('Rollback');
    await bruno.client.send(id, { text: 'First.' });
    bruno = await ministry.reopen(bruno);
    const copy = join(scratch, 'copy');
    await bruno.client.close();
    cpSync(bruno.folder, copy, { recursive: true });
    bruno = await ministry.reopen(bruno);
    await bruno.client.send(id, { text: 'Second.' });
    const old = await openClient({ folder: copy, passphrase: PASSPHRASE });
    const third = old.send(id, { text: 'Third, from an older state.' });
    await expect(third).rejects.toMatchObject({ code: 'VAULT_ROLLED_BACK' });
    await expect(old.catchUp()).rejects.toMatchObject({ code: 'VAULT_ROLLED_BACK' });
    await old.close();
    await aziza.client.catchUp();
    const { messages } = await aziza.client.messages(id);
    expect(messages.filter(({ kind }) => kind === 'text').map(({ text }) => text)).toEqual(['First.', 'Second.']);
  });

  test('is made once a link, with a passphrase that is not weak', async () => {
    const invite = {
      personName: 'Lola',
      postId: (await ministry.officer.client.posts())[0]?.id ?? '',
      clearance: clearanceAt('SECRET'),
    };
    const { link } = await ministry.officer.client.invite(invite);
    const device = { ...CHEAPEST, link, deviceName: 'Laptop' };
    const weak = enrolDevice({ ...device, folder: join(scratch, 'weak'), passphrase: 'secret' });
    await expect(weak).rejects.toMatchObject({ code: 'PASSPHRASE_WEAK' });
    const exists = enrolDevice({ ...device, folder: aziza.folder, passphrase: PASSPHRASE });
    await expect(exists).rejects.toMatchObject({ code: expect.stringMatching(/VAULT_EXISTS|VAULT_BUSY/) as unknown });
    const lola = await enrolDevice({ ...device, folder: join(scratch, 'lola'), passphrase: PASSPHRASE });
    await expect(lola.catchUp()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await lola.whoami()).toMatchObject({ state: 'waiting', personName: 'Lola' });
    const again = enrolDevice({ ...device, folder: join(scratch, 'thief'), passphrase: PASSPHRASE });
    await expect(again).rejects.toMatchObject({ code: 'LINK_USED' });
    expect(await ministry.officer.client.listClaims()).toMatchObject([
      { personName: 'Lola', proof: 'genuine', deviceName: 'Laptop' },
    ]);
    await ministry.officer.client.completeEnrolments();
    await lola.catchUp();
    expect(await lola.whoami()).toMatchObject({ state: 'enrolled' });
    await lola.close();
  });
});
