import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { canonicalLabel, canonicalPolicy, genericMinistry } from '#policy';
import { generateSigningKeyPair, ready, sha256, toBase64Url, utf8 } from '#primitives';
import { POWERS, ROOT_SIGNER, statementId } from '#transparency';

import { insertMessage } from '../conversation/messages.js';
import type { PlacedMessage } from '../conversation/messages.js';
import { newRecord, saveConversation } from '../conversation/record.js';
import { DirectorySync } from '../directory/sync.js';
import { newUuid } from '../identifiers.js';
import { disk } from '../node/disk.js';
import { systemTimer } from '../node/timer.js';
import type { Store } from '../ports/store.js';
import { migrate } from '../schema.js';
import { signStatement } from '../statements.js';
import type { FindOptions } from '../types.js';
import { MessageSearch } from './messageSearch.js';
import { openStore } from '../vault/store.js';

const label = { policy: genericMinistry.id, level: 'SECRET', categories: [] };
const labelText = canonicalLabel(label);
const KARSU = 'a'.repeat(32);
const LIMA = 'b'.repeat(32);
const HOUR = 3_600_000;
const START = Date.parse('2026-05-01T08:00:00.000Z');

interface Scene {
  readonly store: Store;
  readonly search: MessageSearch;
  readonly path: string;
  readonly people: { readonly anna: string; readonly boris: string };
  /** Stores what somebody wrote, one hour after the message before; gives its id. */
  say(text: string, more?: Partial<PlacedMessage>): Promise<string>;
  /** Texts of the hits. */
  find(query: string, options?: FindOptions): Promise<string[]>;
}

describe("search in one's own messages", () => {
  let folder: string;
  let scene: Scene;

  beforeAll(() => ready());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-search-'));
    scene = await setScene(join(folder, 'vault.db'));
  });
  afterEach(async () => {
    await scene.store.close();
    rmSync(folder, { recursive: true });
  });

  test('words are found wherever they stand, newest first, whatever their case, accents and form', async () => {
    await scene.say('The treaties were signed in Tashkent.');
    await scene.say('Nobody spoke of fish.');
    await scene.say('A treaty needs two ministers.');
    expect(await scene.find('TREATY')).toEqual([
      'A treaty needs two ministers.',
      'The treaties were signed in Tashkent.',
    ]);
    expect(await scene.find('treaty tashkent')).toEqual(['The treaties were signed in Tashkent.']);
    await scene.say('Le Président arrive à Genève.');
    expect(await scene.find('president geneve')).toEqual(['Le Président arrive à Genève.']);
    expect(await scene.find('a treaty in Samarkand')).toEqual([]);
  });

  test('a phrase asks for its words in a row, an asterisk for the beginning of a word, a minus for absence', async () => {
    await scene.say('The water of the Karsu is shared.');
    await scene.say('Shared water is the question of the Karsu.');
    expect(await scene.find('"water of the Karsu"')).toEqual(['The water of the Karsu is shared.']);
    expect(await scene.find('quest*')).toEqual(['Shared water is the question of the Karsu.']);
    expect(await scene.find('karsu -question')).toEqual(['The water of the Karsu is shared.']);
    expect(await scene.find('-question')).toEqual(['The water of the Karsu is shared.']);
  });

  test('sender, conversation and dates narrow a search down, alone or together', async () => {
    const { boris } = scene.people;
    await scene.say('Quota of April.', { acceptedAt: '2026-04-30T23:59:59.000Z' });
    await scene.say('Quota of May.', { senderPerson: boris });
    await scene.say('Quota of June.', { groupId: LIMA, acceptedAt: '2026-06-01T00:00:00.000Z' });
    expect(await scene.find('quota from:boris')).toEqual(['Quota of May.']);
    expect(await scene.find('quota -from:boris')).toEqual(['Quota of June.', 'Quota of April.']);
    expect(await scene.find('from:"Boris Petrov"')).toEqual(['Quota of May.']);
    expect(await scene.find('from:me in:lima')).toEqual(['Quota of June.']);
    expect(await scene.find('from:nobody quota')).toEqual([]);
    expect(await scene.find('quota after:2026-05 before:2026-06')).toEqual(['Quota of May.']);
    expect(await scene.find('before:2026-05-01')).toEqual(['Quota of April.']);
    expect(await scene.find('after:2026-06-01')).toEqual(['Quota of June.']);
    expect(await scene.find('quota before:yesterday')).toEqual([]);
  });

  test('nothing that people type is an error', async () => {
    await scene.say("What's in a name? 20,000.5 o'clock; ўзбек тили; 交渉は続く。");
    const odd = [
      '"',
      '*',
      'NEAR(',
      'a AND',
      '{words} : x',
      '-',
      '-""',
      "'; DROP",
      'from:',
      '^',
      '\u0000',
      '()',
      'OR OR OR',
      '🙂',
    ];
    for (const query of [...odd, '', ' ']) await expect(scene.find(query)).resolves.toBeDefined();
    for (const query of ['20000.5', 'o’clock', 'ўзбек', '交渉'])
      expect([query, (await scene.find(query)).length]).toEqual([query, 1]);
  });

  test('a correction takes the place of what it corrects, in whichever order they come', async () => {
    const first = await scene.say('Delegation of nine.');
    await scene.say('Delegation of ten.', { replaces: first });
    expect(await scene.find('delegation')).toEqual(['Delegation of ten.']);
    await scene.say('Delegation of twelve.', { replaces: first });
    expect(await scene.find('delegation')).toEqual(['Delegation of twelve.']);
    const later = newUuid(new Date());
    await scene.say('Arrival on Friday.', { replaces: later });
    await scene.say('Arrival on Thursday.', { id: later, acceptedAt: '2026-05-01T07:00:00.000Z' });
    expect(await scene.find('arrival')).toEqual(['Arrival on Friday.']);
    const foreign = await scene.say('Keep the quota.', { senderPerson: scene.people.boris });
    await scene.say('Drop the quota.', { replaces: foreign });
    expect(await scene.find('quota')).toEqual(['Drop the quota.', 'Keep the quota.']);
  });

  test('what leaves the vault leaves the index', async () => {
    await scene.say('Ephemeral agreement.');
    await scene.store.transaction((sql) => sql.run('DELETE FROM message'));
    expect(await scene.find('ephemeral')).toEqual([]);
    const left = await scene.store.read((sql) => sql.get('SELECT count(*) AS n FROM search_entry'));
    expect(left).toEqual({ n: 0 });
  });

  test('pages follow each other without loss or doubling, messages of one moment too', async () => {
    const acceptedAt = '2026-05-02T00:00:00.000Z';
    for (let n = 0; n < 25; n++) await scene.say(`Note ${String(n)} on transit.`, { acceptedAt });
    const seen: string[] = [];
    for (let before: string | undefined, page = 0; page === 0 || before !== undefined; page++) {
      const found = await scene.search.find('transit', { limit: 10, ...(before !== undefined && { before }) });
      seen.push(...found.hits.map(({ message }) => message.text));
      before = found.before;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `Note ${String(24 - n)} on transit.`));
    await expect(scene.search.find('transit', { before: 'x' })).rejects.toMatchObject({ code: 'BAD_CURSOR' });
    await expect(scene.search.find('transit', { limit: 101 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('the best order puts the message first that speaks of nothing else', async () => {
    await scene.say('Fisheries.');
    await scene.say(`Fisheries are one of many things: ${'we met and spoke of the weather, '.repeat(20)}and left.`);
    expect((await scene.find('fisheries'))[0]).toMatch(/^Fisheries are/);
    expect((await scene.find('fisheries', { order: 'best' }))[0]).toBe('Fisheries.');
  });

  test('a hit shows its passage with the matches marked', async () => {
    await scene.say(
      `${'Nothing of note. '.repeat(40)}The negotiators meet on Monday. ${'More of nothing. '.repeat(40)}`,
    );
    const { hits } = await scene.search.find('negotiator mond*');
    expect(hits[0]?.passage).toContain('The \uE000negotiators\uE001 meet on \uE000Monday\uE001.');
    expect(hits[0]?.conversationName).toBe('Karsu round');
  });

  test('the index leaves no word of a message on the disk', async () => {
    await scene.say('Quarzitkanarienvogel in the tunnel.');
    expect(await scene.find('quarzitkan*')).toHaveLength(1);
    await scene.store.close();
    for (const file of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, file)).toString('latin1').toLowerCase();
      expect([file, bytes.includes('quarzit'), bytes.includes('tunnel')]).toEqual([file, false, false]);
    }
    scene = await setScene(join(folder, 'other.db'));
  });

  test('a vault of the version before is indexed step by step', async () => {
    for (let n = 0; n < 5; n++) await scene.say(`Message ${String(n)} of old times.`);
    await scene.store.transaction(async (sql) => {
      await sql.run('DELETE FROM message_search');
      await sql.run('DELETE FROM search_entry');
      await sql.run("INSERT INTO search_pending SELECT group_id, seq, rank FROM message WHERE kind = 'text'");
    });
    expect(await scene.search.find('old')).toMatchObject({ hits: [], waiting: 5 });
    expect(await scene.search.index(10)).toBe(0);
    expect(await scene.find('old')).toHaveLength(5);
  });
});

async function setScene(path: string): Promise<Scene> {
  const store = await openStore({ disk, path, key: new Uint8Array(32).fill(7) });
  await migrate(store);
  const people = { anna: newUuid(new Date()), boris: newUuid(new Date()) };
  const rootFingerprint = await fillDirectory(store, [
    [people.anna, 'Anna Karimova'],
    [people.boris, 'Boris Petrov'],
  ]);
  const directory = await DirectorySync.load(store, rootFingerprint, systemTimer);
  const profile = { personId: people.anna, deviceId: newUuid(new Date()) };
  const search = new MessageSearch({ store, directory, profile, policy: genericMinistry });
  await store.transaction(async (sql) => {
    for (const [id, name] of [
      [KARSU, 'Karsu round'],
      [LIMA, 'Lima mission'],
    ] as const)
      await saveConversation(sql, conversation(id, name));
  });
  let seq = 0;
  return {
    store,
    search,
    path,
    people,
    say: async (text, more = {}) => {
      seq += 1;
      const at = new Date(START + seq * HOUR).toISOString();
      const message: PlacedMessage = {
        groupId: KARSU,
        seq,
        rank: 1,
        id: newUuid(new Date()),
        kind: 'text',
        text,
        senderPerson: people.anna,
        labelText,
        precedence: 'ROUTINE',
        sentAt: at,
        acceptedAt: at,
        ...more,
      };
      await store.transaction((sql) => insertMessage(sql, message));
      return message.id;
    },
    find: async (query, options) => (await search.find(query, options)).hits.map(({ message }) => message.text),
  };
}

const conversation = (id: string, name: string) => newRecord({ id, name, label });

async function fillDirectory(store: Store, people: readonly (readonly [id: string, name: string])[]): Promise<string> {
  const at = Date.now();
  const [root, officerKey] = [generateSigningKeyPair(), generateSigningKeyPair()];
  const [ministry, officer, post] = [newUuid(new Date()), newUuid(new Date()), newUuid(new Date())];
  const policyHash = sha256(utf8(canonicalPolicy(genericMinistry)));
  const { publicKey: identityKey } = officerKey;
  const appoint = { type: 'appoint', at, person: officer, powers: POWERS, mayAppoint: true, identityKey } as const;
  const first = { type: 'root', at, ministry, name: 'Ministry', rootKey: root.publicKey, policyHash } as const;
  const statements = [signStatement(first, ROOT_SIGNER, root), signStatement(appoint, ROOT_SIGNER, root)];
  for (const [person, name] of people) {
    const enrol = { type: 'enrol', at, person, name, post, identityKey: generateSigningKeyPair().publicKey } as const;
    statements.push(signStatement(enrol, { kind: 'person', id: officer }, officerKey));
  }
  await store.transaction(async (sql) => {
    for (const [index, payload] of statements.entries())
      await sql.run('INSERT INTO statement VALUES (?, ?)', [index + 1, payload]);
  });
  return toBase64Url(statementId(statements[0] ?? new Uint8Array()));
}
