import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { labelAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { chanceryHere } from '../support/commandLine.js';
import type { Ran } from '../support/commandLine.js';

describe('files from the command line', () => {
  let ministry: ClientMinistry;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-command-'));
    ministry = await startMinistry([{ name: 'Anna' }, { name: 'Boris' }]);
    const [anna, boris] = ministry.staff as [TestClient, TestClient];
    await anna.client.catchUp();
    const options = { name: 'Karsu round', label: labelAt('SECRET'), personIds: [boris.personId] };
    await anna.client.createConversation(options);
    await boris.client.catchUp();
    for (const { client } of ministry.staff) await client.close();
  });
  afterAll(async () => {
    await ministry.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function chancery(who: number, ...args: string[]): Promise<Ran> {
    const vault = ministry.staff[who]?.folder ?? '';
    return chanceryHere([...args, '--vault', vault], { CHANCERY_PASSPHRASE: PASSPHRASE });
  }

  test('are sent with a message, shown with it and saved', async () => {
    const [map, annex] = [randomBytes(200_000), Buffer.from('Annex\n')];
    await writeFile(join(folder, 'map.pdf'), map);
    await writeFile(join(folder, 'annex.txt'), annex);
    const files = ['--attach', join(folder, 'map.pdf'), '--attach', join(folder, 'annex.txt')];
    const sent = await chancery(0, 'send', 'Karsu', ...files, '--json');
    expect(sent).toMatchObject({ code: 0, err: '' });
    const { id, text } = JSON.parse(sent.out) as { id: string; text: string };
    expect(text).toBe('map.pdf, annex.txt');
    const read = await chancery(1, 'read', 'Karsu');
    expect(read.out).toContain('195.3 KiB');
    expect(read.out).toContain(`chancery attachment save ${id}`);
    const saved = await chancery(1, 'attachment', 'save', id, '--out', `${join(folder, 'inbox')}/`, '--json');
    const paths = saved.out.split('\n').map((line) => (JSON.parse(line) as { path: string }).path);
    expect(paths).toEqual([join(folder, 'inbox', 'map.pdf'), join(folder, 'inbox', 'annex.txt')]);
    expect((await readFile(paths[0] ?? '')).equals(map)).toBe(true);
    expect(await chancery(0, 'attachment', 'resume')).toMatchObject({ code: 0, out: 'Nothing waits.' });
  });

  test('a file that is not there, and a message without files, are named as what they are', async () => {
    const missing = await chancery(0, 'send', 'Karsu', 'Look.', '--attach', join(folder, 'missing.pdf'), '--json');
    expect(missing.err).toContain('FILE_UNREADABLE');
    const none = await chancery(1, 'attachment', 'save', '019a5c2e-8f00-7abc-8def-0123456789ab', '--json');
    expect(none.err).toContain('NOT_FOUND');
  });
});
