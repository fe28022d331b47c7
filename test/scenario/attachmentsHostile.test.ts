import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { labelAt } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { startHostileMinistry } from '../support/hostileServer.js';
import type { HostileServer } from '../support/hostileServer.js';
import type { ProxyAnswer } from '../support/localProxy.js';

const CHUNK = 65_536 + 17;
const HEADER = 24;

describe('a server that gives other bytes than were attached', () => {
  let ministry: ClientMinistry;
  let hostile: HostileServer;
  let ada: TestClient;
  let boris: TestClient;
  let folder: string;
  let message: string;
  let original: Buffer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-hostile-'));
    ({ ministry, hostile } = await startHostileMinistry([{ name: 'Ada' }, { name: 'Boris' }]));
    [ada, boris] = ministry.staff as [TestClient, TestClient];
    await ada.client.catchUp();
    const members = [boris.personId];
    const { id } = await ada.client.createConversation({ name: 'Karsu', label: labelAt('SECRET'), personIds: members });
    original = randomBytes(200_000);
    await writeFile(join(folder, 'treaty.pdf'), original);
    message = (await ada.client.attachments.send(id, { text: 'The treaty.' }, [join(folder, 'treaty.pdf')])).id;
    await boris.client.catchUp();
  });
  afterEach(() => {
    hostile.honest();
  });
  afterAll(async () => {
    await ministry.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function lie(change: (bytes: Buffer, answer: ProxyAnswer) => Buffer): void {
    hostile.lieOverHttp(async ({ path, method }, pass) => {
      if (method !== 'GET' || !path.startsWith('/attachments/')) return undefined;
      const answer = await pass();
      return { ...answer, body: change(answer.body, answer) };
    });
  }

  const save = () => boris.client.attachments.save(message, { folder: join(folder, 'inbox') });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['with one bit changed at its beginning', (bytes) => flipped(bytes, HEADER + 5)],
    ['with one bit changed in its last chunk', (bytes) => flipped(bytes, bytes.length - 20)],
    ['under another header', (bytes) => flipped(bytes, 3)],
    ['with two chunks exchanged', exchanged],
  ])('a file %s is refused, and nothing of it is left', async (_, change) => {
    lie(change);
    await expect(save()).rejects.toMatchObject({ code: 'ATTACHMENT_FORGED' });
    expect(await readdir(join(folder, 'inbox'))).toEqual([]);
  });

  test('a file of another length is refused before anything is fetched', async () => {
    hostile.lie('OpenAttachment', async ({ ask }) => {
      const answer = await ask();
      const grant = answer.data?.['openAttachment'] as object;
      return { data: { openAttachment: { ...grant, size: HEADER + CHUNK } } };
    });
    await expect(save()).rejects.toMatchObject({ code: 'ATTACHMENT_FORGED' });
  });

  test('told the truth again, the same request brings the file', async () => {
    const [path = ''] = await save();
    expect((await readFile(path)).equals(original)).toBe(true);
  });

  test('a server that says it has more than it was sent gets a new file under a new key, and no byte twice under one', async () => {
    const seen: string[] = [];
    let lied = false;
    hostile.lie('BeginAttachment', async ({ ask, variables }) => {
      seen.push((variables['input'] as { id: string }).id);
      if (lied) return undefined;
      lied = true;
      const answer = await ask();
      return { data: { beginAttachment: { ...(answer.data?.['beginAttachment'] as object), stored: 1000 } } };
    });
    const [conversation] = await ada.client.conversations();
    const sent = await ada.client.attachments.send(conversation?.id ?? '', { text: 'Again.' }, [
      join(folder, 'treaty.pdf'),
    ]);
    expect(new Set(seen).size).toBe(2);
    expect(sent.attachments[0]?.id).toBe(seen[1]);
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

function exchanged(bytes: Buffer): Buffer {
  const chunk = (index: number): Buffer => bytes.subarray(HEADER + index * CHUNK, HEADER + (index + 1) * CHUNK);
  const rest = bytes.subarray(HEADER + 2 * CHUNK);
  return Buffer.concat([bytes.subarray(0, HEADER), chunk(1), chunk(0), rest]);
}
