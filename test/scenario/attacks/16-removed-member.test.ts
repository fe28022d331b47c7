import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EnvelopesDocument, OpenAttachmentDocument } from '#contracts';
import { MlsError } from '#mls';
import { openChunk, streamState } from '#primitives';

import { labelAt, PASSPHRASE, startMinistry } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { turn } from '../../support/insider.js';
import { attachedTo } from '../../../libs/client/src/conversation/content.js';
import { diskVaults } from '../../../libs/client/src/node/vaults.js';
import { openVault } from '../../../libs/client/src/vault/vault.js';
import { sql } from '../../support/ministry.js';

/** Documents are not a conversation's: who may read them is decided by grants and clearance, see test/integration/knowledge.test.ts. */
describe('attack 16: a removed member fetches ciphertext and attachments', () => {
  let ministry: ClientMinistry;
  let ada: TestClient;
  let boris: TestClient;
  let conversation: string;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-attack-'));
    ministry = await startMinistry([{ name: 'Ada' }, { name: 'Boris' }, { name: 'Clara' }]);
    const [first, second, third] = ministry.staff as [TestClient, TestClient, TestClient];
    [ada, boris] = [first, second];
    await ada.client.catchUp();
    const members = [boris.personId, third.personId];
    const made = await ada.client.createConversation({ name: 'Karsu', label: labelAt('SECRET'), personIds: members });
    conversation = made.id;
    await boris.client.catchUp();
  }, 120_000);
  afterEach(async () => {
    await ministry.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function attach(text: string, bytes = randomBytes(100_000)) {
    const path = join(folder, `${text}.bin`);
    await writeFile(path, bytes);
    return ada.client.attachments.send(conversation, { text }, [path]);
  }

  const save = (messageId: string) => boris.client.attachments.save(messageId, { folder: join(folder, 'stolen') });

  test('what came before the removal: its key is known, its bytes are denied', async () => {
    const { id } = await attach('before');
    await boris.client.catchUp();
    await ada.client.removePeople(conversation, [boris.personId]);
    await expect(save(id)).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    await boris.client.catchUp();
    await expect(save(id)).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
  });

  test('what came after it: no ciphertext is given out, and what a colluding server gives does not open', async () => {
    const before = await attach('before');
    await boris.client.catchUp();
    const { attachments } = (await boris.client.messages(conversation)).messages.at(-1) ?? {};
    expect(attachments).toEqual(before.attachments);
    await ada.client.removePeople(conversation, [boris.personId]);
    const after = await attach('after');
    const variables = { groupId: conversation, after: 0, first: 500 };
    const { envelopes } = await boris.client.execute(EnvelopesDocument, variables);
    expect(Math.max(...envelopes.envelopes.map(({ seq }) => seq))).toBeLessThan(after.seq ?? 0);
    const id = after.attachments[0]?.id ?? '';
    const open = boris.client.execute(OpenAttachmentDocument, { groupId: conversation, id });
    await expect(open).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });

    // the server's operator hands both over
    const place = [conversation, after.seq];
    const [row] = await sql<{ payload: Buffer }>(
      ministry.server,
      'SELECT payload FROM envelope WHERE group_id = $1 AND seq = $2',
      place,
    );
    const blob = await readFile(join(ministry.server.dataFolder, 'blobs', 'attachments', id.slice(-2), id));
    const insider = await turn(boris);
    try {
      const group = await insider.group(conversation);
      expect(() => group.decrypt(new Uint8Array(row?.payload ?? []))).toThrow(MlsError);
    } finally {
      await insider.close();
    }
    const known = await attachmentKeys(boris);
    expect(known).toHaveLength(1);
    const [header, chunk] = [blob.subarray(0, 24), blob.subarray(24, 24 + 65_536 + 17)];
    for (const key of known) expect(() => openChunk(streamState(key, header), chunk)).toThrow('does not authenticate');
  });

  test('a revoked device: refused at once, with a session and a grant that were good a moment ago', async () => {
    const { id, attachments } = await attach('before');
    await boris.client.catchUp();
    const variables = { groupId: conversation, id: attachments[0]?.id ?? '' };
    await boris.client.execute(OpenAttachmentDocument, variables);
    await ministry.officer.client.revokeDevice(boris.deviceId, 'STOLEN');
    await expect(boris.client.execute(OpenAttachmentDocument, variables)).rejects.toMatchObject({
      code: 'DEVICE_REVOKED',
    });
    await expect(save(id)).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
  });
});

/** Of every file that a vault knows. */
async function attachmentKeys({ folder }: TestClient): Promise<Uint8Array[]> {
  const vault = await openVault(diskVaults, folder, PASSPHRASE);
  try {
    const rows = await vault.store.read((sql) => sql.all('SELECT content FROM message WHERE content IS NOT NULL'));
    return rows.flatMap((row) => attachedTo(row['content'] as Uint8Array).map(({ key }) => key));
  } finally {
    await vault.close();
  }
}
