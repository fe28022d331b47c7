import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TransferProgress } from '#client';

import { FileBlobs } from '../../apps/api/src/platform/blobs/fileBlobs.js';
import { labelAt, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { Faults } from '../support/clientsFaults.js';
import { startObjectStore } from '../support/objectStore.js';
import type { ObjectStore } from '../support/objectStore.js';
import { randomFrom, seedOf } from '../support/clientsRandom.js';

const MIB = 1024 * 1024;

/** People who send each other files, on a real server with each store that blobs may be in. */
describe.each(['files', 'S3'])('attachments, blobs in %s', (kind) => {
  let store: ObjectStore | undefined;
  let ministry: ClientMinistry;
  let anna: TestClient;
  let boris: TestClient;
  let folder: string;
  let conversation: string;

  beforeAll(async () => {
    store = kind === 'S3' ? await startObjectStore() : undefined;
    ministry = await startMinistry([{ name: 'Anna' }, { name: 'Boris' }], { environment: store?.environment ?? {} });
    [anna, boris] = ministry.staff as [TestClient, TestClient];
    folder = await mkdtemp(join(tmpdir(), 'chancery-files-'));
    await anna.client.catchUp();
    const options = { name: 'Karsu round', label: labelAt('SECRET'), personIds: [boris.personId] };
    conversation = (await anna.client.createConversation(options)).id;
  });

  afterAll(async () => {
    await ministry.stop();
    await store?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function fileOf(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  }

  test.each([0, 1, 1000, 65_536, 65_537, 5 * MIB, 11 * MIB + 333])(
    'a file of %d bytes arrives as it was',
    async (size) => {
      const bytes = randomBytes(size);
      const path = await fileOf(`report ${String(size)}.pdf`, bytes);
      const progress: TransferProgress[] = [];
      const sent = await anna.client.attachments.send(conversation, { text: 'The report.' }, [path], (one) =>
        progress.push(one),
      );
      expect(sent.attachments).toMatchObject([{ name: `report ${String(size)}.pdf`, type: 'application/pdf', size }]);
      expect(progress.at(-1)).toMatchObject({ done: progress.at(-1)?.size });
      await boris.client.catchUp();
      const received = (await boris.client.messages(conversation)).messages.at(-1);
      expect(received).toMatchObject({ id: sent.id, text: 'The report.', attachments: sent.attachments });
      const [saved = ''] = await boris.client.attachments.save(sent.id, { folder: join(folder, 'inbox') });
      expect((await readFile(saved)).equals(bytes)).toBe(true);
      expect((await readdir(join(folder, 'inbox'))).filter((name) => name.endsWith('.part'))).toEqual([]);
      expect(await anna.client.attachments.waiting()).toBe(0);
    },
  );

  test('several files come with one message, and a name that is taken gets a number', async () => {
    const contents = [randomBytes(70_000), randomBytes(10)];
    const paths = [await fileOf('note.txt', contents[0]!), await fileOf('map.png', contents[1]!)];
    const { id } = await anna.client.attachments.send(conversation, { text: 'Two files.' }, paths);
    await boris.client.catchUp();
    const into = { folder: join(folder, 'twice') };
    await boris.client.attachments.save(id, into);
    const again = await boris.client.attachments.save(id, into);
    expect((await readdir(into.folder)).sort()).toEqual(['map (2).png', 'map.png', 'note (2).txt', 'note.txt']);
    expect((await readFile(again[0]!)).equals(contents[0]!)).toBe(true);
    expect((await stat(again[0]!)).mode & 0o777).toBe(0o600);
  });

  test('what the server keeps is ciphertext of a padded length', async () => {
    const canary = 'canary-of-the-attachment ';
    const path = await fileOf('canary.txt', Buffer.from(canary.repeat(8000)));
    await anna.client.attachments.send(conversation, { text: 'canary.txt' }, [path]);
    const kept = await filesBelow(store?.folder ?? join(ministry.server.dataFolder, 'blobs'));
    expect(kept.length).toBeGreaterThan(0);
    for (const file of kept) expect((await readFile(file)).includes(canary.trim())).toBe(false);
    const sizes = await Promise.all(kept.map(async (file) => (await stat(file)).size));
    expect(sizes).not.toContain(canary.length * 8000);
  });

  test('a line that loses requests and answers loses no file', async () => {
    const faults = new Faults(randomFrom(seedOf('attachments')), { drop: 0.15, duplicate: 0, delay: 0 });
    anna = await ministry.reopen(anna, { faults });
    const bytes = randomBytes(23 * MIB);
    const path = await fileOf('lossy.bin', bytes);
    const sent = await untilSent(() => anna.client.attachments.send(conversation, { text: 'lossy.bin' }, [path]));
    faults.heal();
    await anna.client.catchUp();
    await boris.client.catchUp();
    const [saved = ''] = await boris.client.attachments.save(sent, { folder: join(folder, 'lossy') });
    expect(hashOf(await readFile(saved))).toBe(hashOf(bytes));
  });

  /** As a person would: when the line is too bad for the client's patience, again. Sent once all the same. */
  async function untilSent(send: () => Promise<{ id: string }>): Promise<string> {
    try {
      return (await send()).id;
    } catch (error) {
      expect(error).toMatchObject({ code: 'OFFLINE' });
      for (;;) {
        const resumed = await anna.client.attachments.resume().catch(() => []);
        if (resumed[0]) return resumed[0].id;
      }
    }
  }

  test('a file that was changed after its message was written is not sent', async () => {
    const path = await fileOf('changing.txt', randomBytes(3 * MIB));
    let touched = false;
    const sending = anna.client.attachments.send(conversation, { text: 'changing.txt' }, [path], () => {
      if (!touched) void utimes(path, 1, 1);
      touched = true;
    });
    await expect(sending).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(await anna.client.attachments.waiting()).toBe(0);
  });
});

/** Of 23 MiB; behind the first window of 5. */
const LOST_BEHIND = 8 * MIB;

/** As after a restored backup. What is told of parts that S3 has lost, the double does not tell; lost pieces are in the contract of the port. */
test('what the store has lost of an upload is brought again', async () => {
  const ministry = await startMinistry([{ name: 'Anna' }, { name: 'Boris' }]);
  const folder = await mkdtemp(join(tmpdir(), 'chancery-files-'));
  const [anna, boris] = ministry.staff as [TestClient, TestClient];
  await anna.client.catchUp();
  const options = { name: 'Karsu round', label: labelAt('SECRET'), personIds: [boris.personId] };
  const { id: conversation } = await anna.client.createConversation(options);
  const blobs = new FileBlobs(join(ministry.server.dataFolder, 'blobs'));
  const bytes = randomBytes(23 * MIB);
  const path = join(folder, 'lost.bin');
  await writeFile(path, bytes);
  const ids = new Set<string>();
  let losing: Promise<void> | undefined;
  const { id } = await anna.client.attachments.send(conversation, { text: 'lost.bin' }, [path], (progress) => {
    ids.add(progress.id);
    // of the first window nothing is lost for good: it is sent again as it was
    if (progress.done > LOST_BEHIND) losing ??= blobs.remove(`attachments/${progress.id}`);
  });
  await losing;
  expect(ids.size).toBe(2);
  await boris.client.catchUp();
  const [saved = ''] = await boris.client.attachments.save(id, { folder: join(folder, 'lost') });
  expect(hashOf(await readFile(saved))).toBe(hashOf(bytes));
  await ministry.stop();
  await rm(folder, { recursive: true });
});

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
