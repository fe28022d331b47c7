import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { canonicalLabel, genericMinistry } from '#policy';
import { ready } from '#primitives';

import { disk } from '../node/disk.js';
import { systemTimer } from '../node/timer.js';
import type { Store } from '../ports/store.js';
import { migrate } from '../schema.js';
import { openStore } from '../vault/store.js';
import { Drafts } from './drafts.js';
import { newRecord, saveConversation } from './record.js';
import { Waiting } from './waiting.js';

const GROUP = 'c'.repeat(32);
const label = { policy: genericMinistry.id, level: 'SECRET', categories: [] };

describe('what was written and is not with the server', () => {
  let folder: string;
  let store: Store;
  let outbox: Waiting;
  let flushed: string[];

  beforeAll(() => ready());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-waiting-'));
    const place = { disk, path: join(folder, 'vault.db'), key: new Uint8Array(32).fill(9) };
    store = await openStore(place);
    await migrate(store);
    await store.transaction((sql) => saveConversation(sql, newRecord({ id: GROUP, name: 'Karsu', label })));
    flushed = [];
    const noFiles = { cancel: () => Promise.resolve(), retry: () => Promise.resolve(), reached: () => 0 };
    outbox = new Waiting({ store, policy: genericMinistry }, noFiles, (id) => {
      flushed.push(id);
      return Promise.resolve();
    });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const write = (id: string, state: string, payload: Uint8Array | null, counter: number | null = null): Promise<void> =>
    store.transaction((sql) =>
      sql.run(
        `INSERT INTO outbox (group_id, id, kind, text, content, label, precedence, sent_at, idempotency_key, state, payload, counter, epoch)
         VALUES (?, ?, 'text', ?, ?, ?, 'ROUTINE', '2026-05-01T08:00:00.000Z', ?, ?, ?, ?, ?)`,
        [
          GROUP,
          id,
          `Words of ${id}.`,
          new Uint8Array([1]),
          canonicalLabel(label),
          new Uint8Array(16),
          state,
          payload,
          counter,
          counter,
        ],
      ),
    );

  test('is taken back while it is certain that the server does not have it', async () => {
    await write('new', 'waiting', null);
    await write('sent', 'waiting', new Uint8Array([7]), 0);
    expect(await outbox.list()).toMatchObject([
      { id: 'new', conversationName: 'Karsu', marking: 'SECRET', canCancel: true },
      { id: 'sent', canCancel: false },
    ]);
    await outbox.cancel('new');
    await expect(outbox.cancel('sent')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(outbox.cancel('never')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await outbox.list()).map(({ id }) => id)).toEqual(['sent']);
  });

  test('is sent anew, behind all others, when it was refused', async () => {
    await write('refused', 'refused', new Uint8Array([7]), 3);
    await write('later', 'waiting', null);
    await outbox.retry('refused');
    expect(flushed).toEqual([GROUP]);
    const rows = await store.read((sql) => sql.all('SELECT id, state, payload, counter FROM outbox ORDER BY number'));
    expect(rows).toEqual([
      { id: 'later', state: 'waiting', payload: null, counter: null },
      { id: 'refused', state: 'waiting', payload: null, counter: null },
    ]);
  });

  test('a draft is there after the vault was closed and opened again', async () => {
    const drafts = new Drafts({ store, timer: systemTimer });
    await drafts.put(GROUP, { text: 'Half a thou', precedence: 'FLASH' });
    await drafts.put(GROUP, { text: 'Half a thought', label });
    await store.close();
    store = await openStore({ disk, path: join(folder, 'vault.db'), key: new Uint8Array(32).fill(9) });
    const again = new Drafts({ store, timer: systemTimer });
    expect(await again.get(GROUP)).toEqual({ text: 'Half a thought', label });
    await again.remove(GROUP);
    expect(await again.get(GROUP)).toBeUndefined();
  });
});
