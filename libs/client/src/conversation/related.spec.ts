import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { canonicalLabel, genericMinistry } from '#policy';
import { ready } from '#primitives';
import { Directory } from '#transparency';

import { recordOfRow, understood } from '../history/records.js';
import { newUuid } from '../identifiers.js';
import { disk } from '../node/disk.js';
import type { Store } from '../ports/store.js';
import { migrate } from '../schema.js';
import type { MessageView } from '../types.js';
import { openStore } from '../vault/store.js';
import { encodeContent } from './content.js';
import { insertGiven, insertMessage, readPage } from './messages.js';
import type { PlacedMessage } from './messages.js';
import { readVersions, threadRows } from './related.js';

const GROUP = 'c'.repeat(32);
const ANNA = '0195f1c2-7a64-7c11-9d2e-000000000001';
const BRUNO = '0195f1c2-7a64-7c11-9d2e-000000000002';
const CHEN = '0195f1c2-7a64-7c11-9d2e-000000000003';
const labelText = canonicalLabel({ policy: genericMinistry.id, level: 'SECRET', categories: [] });
const at = '2026-05-01T08:00:00.000Z';
const reader = {
  directory: Directory.empty(new Uint8Array(32)),
  policy: genericMinistry,
  ownDeviceId: 'device',
  ownPersonId: ANNA,
};

describe('what belongs to a message and stands elsewhere', () => {
  let folder: string;
  let store: Store;
  let seq: number;

  beforeAll(() => ready());
  beforeEach(async () => {
    seq = 0;
    folder = mkdtempSync(join(tmpdir(), 'chancery-related-'));
    store = await openStore({ disk, path: join(folder, 'vault.db'), key: new Uint8Array(32).fill(9) });
    await migrate(store);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  function message(by: string, text: string, more: Partial<PlacedMessage> = {}): PlacedMessage {
    seq += 1;
    const shared = { labelText, precedence: 'ROUTINE', sentAt: at, acceptedAt: at } as const;
    const sender = { senderPerson: by, senderDevice: `device of ${by}` };
    return { groupId: GROUP, seq, rank: 1, id: newUuid(new Date()), kind: 'text', text, ...shared, ...sender, ...more };
  }
  async function say(by: string, text: string, more?: Partial<PlacedMessage>): Promise<string> {
    const said = message(by, text, more);
    await store.transaction((sql) => insertMessage(sql, said));
    return said.id;
  }
  const page = async (): Promise<readonly MessageView[]> =>
    (await store.read((sql) => readPage(sql, GROUP, {}, reader))).messages;
  const texts = async (): Promise<string[]> => (await page()).map(({ text }) => text);
  const signs = async (): Promise<unknown> =>
    (await page())[0]?.reactions.map(({ sign, people }) => [sign, people.map(({ personId }) => personId)]);

  test('a change by its author is the wording that is shown, and every wording is kept', async () => {
    const id = await say(BRUNO, 'At six.');
    await say(BRUNO, 'At seven.', { replaces: id });
    await say(BRUNO, 'At eight.', { replaces: id });
    expect(await page()).toMatchObject([{ id, text: 'At eight.', edits: 2 }]);
    const versions = await store.read((sql) => readVersions(sql, GROUP, id, reader));
    expect(versions.map(({ text }) => text)).toEqual(['At six.', 'At seven.', 'At eight.']);
  });

  test("a change of somebody else's message changes nothing, and is shown as what it is", async () => {
    const id = await say(BRUNO, 'At six.');
    await say(CHEN, 'At midnight.', { replaces: id });
    expect(await texts()).toEqual(['At six.', 'At midnight.']);
    expect((await page())[0]).toMatchObject({ edits: 0 });
  });

  test('a change that is here before its message is shown by itself until that arrives', async () => {
    const late = message(BRUNO, 'At six.');
    await say(BRUNO, 'At seven.', { replaces: late.id });
    expect(await texts()).toEqual(['At seven.']);
    await store.transaction((sql) => insertMessage(sql, late));
    expect(await page()).toMatchObject([{ id: late.id, text: 'At seven.', edits: 1 }]);
  });

  test('a change of a change, which no client writes, hides nothing', async () => {
    const id = await say(BRUNO, 'At six.');
    const change = await say(BRUNO, 'At seven.', { replaces: id });
    await say(BRUNO, 'At nine.', { replaces: change });
    expect(await texts()).toEqual(['At seven.', 'At nine.']);
  });

  test('of each person and sign the newest counts', async () => {
    const id = await say(BRUNO, 'At six.');
    const respond = (by: string, kind: 'reaction' | 'withdrawal', sign: string) =>
      say(by, sign, { kind, inReplyTo: id });
    for (const by of [ANNA, CHEN, CHEN]) await respond(by, 'reaction', '👍');
    await respond(BRUNO, 'withdrawal', '👍');
    await respond(CHEN, 'reaction', '👀');
    expect(await signs()).toEqual([
      ['👍', [ANNA, CHEN]],
      ['👀', [CHEN]],
    ]);
    await respond(CHEN, 'withdrawal', '👍');
    await respond(ANNA, 'withdrawal', '👍');
    await respond(CHEN, 'reaction', '👍');
    expect(await signs()).toEqual([
      ['👍', [CHEN]],
      ['👀', [CHEN]],
    ]);
    expect(await texts()).toEqual(['At six.']);
  });

  test('what another member hands over says nothing of what this device has received itself', async () => {
    const id = await say(BRUNO, 'At six.');
    const forged = [
      message(BRUNO, 'At midnight.', { replaces: id }),
      message(CHEN, '👍', { kind: 'reaction', inReplyTo: id }),
      message(CHEN, '', { kind: 'acknowledgement', inReplyTo: id }),
    ];
    await store.transaction(async (sql) => {
      for (const one of forged) await insertGiven(sql, one, CHEN, ANNA);
    });
    expect(await page()).toMatchObject([
      { id, text: 'At six.', edits: 0, reactions: [], acknowledgements: [] },
      { text: 'At midnight.', givenBy: { personId: CHEN } },
    ]);
  });

  test('an answer quotes the newest wording; a thread has all answers, and ends where somebody made it a ring', async () => {
    const id = await say(BRUNO, 'At six.');
    const answer = await say(ANNA, 'Where?', { inReplyTo: id });
    const second = await say(CHEN, 'In Lima.', { inReplyTo: answer });
    await say(BRUNO, 'At seven.', { replaces: id });
    await say(CHEN, 'To nobody.', { inReplyTo: newUuid(new Date()) });
    const views = await page();
    expect(views[0]).toMatchObject({ replies: 1 });
    expect(views[1]).toMatchObject({ quote: { id, seq: 1, text: 'At seven.' }, replies: 1 });
    expect(views.at(-1)).toMatchObject({ text: 'To nobody.', quote: undefined });
    const thread = await store.read((sql) => threadRows(sql, GROUP, second));
    expect(thread.map((row) => row['text'])).toEqual(['At six.', 'Where?', 'In Lima.']);
    const ring = message(BRUNO, 'A ring.');
    await say(CHEN, 'Of two.', { inReplyTo: ring.id, id: '0195f1c2-7a64-7c11-9d2e-00000000000f' });
    await store.transaction((sql) =>
      insertMessage(sql, { ...ring, inReplyTo: '0195f1c2-7a64-7c11-9d2e-00000000000f' }),
    );
    expect(await store.read((sql) => threadRows(sql, GROUP, ring.id))).toHaveLength(2);
  });

  test('a reaction goes into the sealed history as something that older clients keep, and comes out as what it is', async () => {
    const id = newUuid(new Date());
    const target = newUuid(new Date());
    const content = encodeContent({ id, kind: 'reaction', text: '👍', at: 5, inReplyTo: target });
    await say(BRUNO, '👍', { id, kind: 'reaction', inReplyTo: target, content });
    const [row] = await store.read((sql) => sql.all('SELECT * FROM message'));
    const record = recordOfRow(row!);
    expect(record).toMatchObject({ kind: 'unknown', text: '' });
    expect(understood(record)).toMatchObject({ id, kind: 'reaction', text: '👍', inReplyTo: target });
    expect(understood({ ...record, id: target })).toMatchObject({ kind: 'unknown' });
  });
});
