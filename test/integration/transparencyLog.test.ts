import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { generateSigningKeyPair, ready, sign, toBase64 } from '#primitives';
import {
  Frontier,
  cosignaturesBy,
  cosignedBytes,
  cosignerName,
  decodeNote,
  leafHash,
  logOrigin,
  openCheckpoint,
  parseCheckpoint,
  verifyConsistency,
  verifyInclusion,
} from '#transparency';

import { ask, codesOf } from '../support/graphql.js';
import {
  PUBLISH,
  TestMinistry,
  byDevice,
  clear,
  must,
  replay,
  signIn,
  sql,
  startDirectory,
} from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import { createDatabase } from '../support/postgres.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const CHECKPOINT = '{ logCheckpoint { size note } }';
const INCLUSION = 'query ($seq: Int!, $size: Int!) { logInclusion(seq: $seq, size: $size) { leaf proof } }';
const CONSISTENCY = 'query ($older: Int!, $newer: Int!) { logConsistency(older: $older, newer: $newer) }';
const COSIGN = `mutation ($size: Int!, $time: DateTime!, $signature: Bytes!) {
  cosignCheckpoint(size: $size, time: $time, signature: $signature)
}`;
const KEYS = '{ serverKeys { purpose key state } }';
const RENEW = 'mutation ($purpose: ServerKeyPurpose!) { renewServerKey(purpose: $purpose) { purpose key state } }';
const CREATE_POST = `mutation ($input: CreatePostInput!) { createPost(input: $input) { id } }`;

interface Key {
  readonly purpose: 'LOG' | 'DELIVERY';
  readonly key: string;
  readonly state: string;
}

beforeAll(() => ready());

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const keysOf = async (server: TestServer): Promise<Key[]> => must(await ask(server, KEYS))['serverKeys'] as Key[];

async function checkpointOf(ministry: TestMinistry): Promise<{ size: number; note: string }> {
  return must(await ministry.as(ministry.officer, CHECKPOINT))['logCheckpoint'] as { size: number; note: string };
}

/** The officer names a key of the server. */
function stateKey(ministry: TestMinistry, { purpose, key }: Pick<Key, 'purpose' | 'key'>) {
  const word = purpose === 'LOG' ? 'log' : 'delivery';
  const body = { type: 'serverKey', at: Date.now(), purpose: word, key: bytes(key) } as const;
  return ministry.as(ministry.officer, PUBLISH, { statements: [byDevice(body, ministry.officer)] });
}

async function payloadsOf(server: TestServer): Promise<Buffer[]> {
  const rows = await sql<{ payload: Buffer }>(server, 'SELECT payload FROM statement ORDER BY seq');
  return rows.map(({ payload }) => payload);
}

function rootOf(payloads: readonly Uint8Array[]): Uint8Array {
  return payloads.reduce((tree, payload) => tree.append(leafHash(payload)).next, Frontier.empty).root;
}

describe('the transparency log of the server', () => {
  let server: TestServer;
  let ministry: TestMinistry;
  let member: TestPerson;

  beforeAll(async () => {
    server = await startDirectory();
    ministry = await TestMinistry.found(server);
    member = await ministry.enrol();
  });
  afterAll(() => server.stop());

  test('signs the tree over all statements, with the key that an officer has named', async () => {
    const [log] = await keysOf(server);
    expect(log).toMatchObject({ purpose: 'LOG', state: 'PENDING' });
    must(await stateKey(ministry, log!));
    expect((await keysOf(server))[0]).toEqual({ ...log, state: 'CURRENT' });
    const { size, note } = await checkpointOf(ministry);
    const directory = await replay(ministry, member);
    const name = logOrigin(directory.ministry!.fingerprint);
    const [publicKey] = directory.serverKeys('log', new Date());
    const { checkpoint } = openCheckpoint(Buffer.from(note), { name, publicKey: publicKey! });
    const payloads = await payloadsOf(server);
    expect(checkpoint).toMatchObject({ origin: name, size: payloads.length });
    expect(Buffer.from(checkpoint.root)).toEqual(Buffer.from(rootOf(payloads)));
    expect(size).toBe(payloads.length);
  });

  test('proves every entry and every growth, at all of its sizes', async () => {
    const payloads = await payloadsOf(server);
    const roots = payloads.map((_, index) => rootOf(payloads.slice(0, index + 1)));
    for (const [at, root] of roots.entries()) {
      const size = at + 1;
      for (let seq = 1; seq <= size; seq++) {
        const answer = must(await ministry.as(member, INCLUSION, { seq, size }))['logInclusion'];
        const { leaf, proof } = answer as { leaf: string; proof: string[] };
        expect(bytes(leaf)).toEqual(leafHash(payloads[seq - 1]!));
        expect(verifyInclusion({ leaf: bytes(leaf), index: seq - 1, size, root }, proof.map(bytes))).toBe(true);
        const grown = must(await ministry.as(member, CONSISTENCY, { older: seq, newer: size }))['logConsistency'];
        const growth = { older: { size: seq, root: roots[seq - 1]! }, newer: { size, root } };
        expect(verifyConsistency(growth, (grown as string[]).map(bytes))).toBe(true);
      }
    }
  });

  test('proves nothing about what is not in it', async () => {
    const size = (await payloadsOf(server)).length;
    for (const [query, variables] of [
      [INCLUSION, { seq: 0, size }],
      [INCLUSION, { seq: 2, size: 1 }],
      [INCLUSION, { seq: 1, size: size + 1 }],
      [CONSISTENCY, { older: 0, newer: size }],
      [CONSISTENCY, { older: size, newer: size + 1 }],
    ] as const) {
      expect(codesOf(await ministry.as(member, query, variables))).toEqual(['BAD_INPUT']);
    }
    expect(codesOf(await ask(server, CHECKPOINT))).toEqual(['UNAUTHENTICATED']);
  });

  test('stays one tree, however many write at once', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => ministry.enrol()));
    const answers = await Promise.all(
      people.map(({ personId }) =>
        ministry.as(ministry.officer, PUBLISH, { statements: [byDevice(clear(personId, 'SECRET'), ministry.officer)] }),
      ),
    );
    answers.forEach(must);
    const payloads = await payloadsOf(server);
    const { size, note } = await checkpointOf(ministry);
    expect(size).toBe(payloads.length);
    expect(Buffer.from(parseCheckpoint(decodeNote(Buffer.from(note)).text).root)).toEqual(
      Buffer.from(rootOf(payloads)),
    );
    const [{ leaves } = {}] = await sql<{ leaves: number }>(
      server,
      'SELECT count(*)::int AS leaves FROM log_node WHERE level = 0',
    );
    expect(leaves).toBe(payloads.length);
  });

  test('changes its key when an officer names another, and only one that the server holds', async () => {
    expect(codesOf(await ministry.as(member, RENEW, { purpose: 'LOG' }))).toEqual(['FORBIDDEN']);
    const foreign = { purpose: 'LOG', key: toBase64(generateSigningKeyPair().publicKey) } as const;
    expect(codesOf(await stateKey(ministry, foreign))).toEqual(['STATEMENT_INVALID']);
    const renewed = must(await ministry.as(ministry.officer, RENEW, { purpose: 'LOG' }))['renewServerKey'] as Key;
    expect(must(await ministry.as(ministry.officer, RENEW, { purpose: 'LOG' }))['renewServerKey']).toEqual(renewed);
    must(await stateKey(ministry, renewed));
    const states = (await keysOf(server)).map(({ purpose, state }) => `${purpose} ${state}`);
    expect(states).toEqual(['LOG OVERLAP', 'LOG CURRENT', 'DELIVERY PENDING']);
    const directory = await replay(ministry, member);
    const name = logOrigin(directory.ministry!.fingerprint);
    const { note } = await checkpointOf(ministry);
    expect(openCheckpoint(Buffer.from(note), { name, publicKey: bytes(renewed.key) }).checkpoint.size).toBeGreaterThan(
      0,
    );
  });

  test('keeps its private keys in a file that nobody else reads', async () => {
    const { mode } = await stat(join(server.dataFolder, 'server-keys.json'));
    expect((mode & 0o777).toString(8)).toBe('600');
  });
});

describe('cosignatures', () => {
  let server: TestServer;
  let ministry: TestMinistry;
  const seconds = () => Math.floor(Date.now() / 1000);

  beforeAll(async () => {
    server = await startDirectory();
    ministry = await TestMinistry.found(server);
  });
  afterAll(() => server.stop());

  async function cosign(person: TestPerson, time = seconds(), signer = person) {
    const { size, note } = await checkpointOf(ministry);
    const { text } = decodeNote(Buffer.from(note));
    const signature = toBase64(sign(signer.device.privateKey, cosignedBytes(text, time)));
    return ministry.as(person, COSIGN, { size, time: new Date(time * 1000).toISOString(), signature });
  }

  test('come from officers and missions, each by the own device key, and verify under it', async () => {
    const postId = '019364d2-7c40-7000-8000-0000000000aa';
    const input = { id: postId, name: 'Embassy in Lima', kind: 'MISSION', country: 'PE', timeZone: 'America/Lima' };
    must(await ministry.as(ministry.officer, CREATE_POST, { input }));
    const atMission = await ministry.enrol({ postId });
    const atHome = await ministry.enrol();
    expect(must(await cosign(ministry.officer))).toEqual({ cosignCheckpoint: true });
    expect(must(await cosign(ministry.officer))).toEqual({ cosignCheckpoint: true });
    expect(must(await cosign(atMission))).toEqual({ cosignCheckpoint: true });
    expect(codesOf(await cosign(atHome))).toEqual(['FORBIDDEN']);
    const note = decodeNote(Buffer.from((await checkpointOf(ministry)).note));
    expect(note.signatures).toHaveLength(3);
    const { fingerprint } = (await replay(ministry, atHome)).ministry!;
    for (const { deviceId, device } of [ministry.officer, atMission]) {
      const key = { name: cosignerName(fingerprint, deviceId), publicKey: device.publicKey };
      expect(cosignaturesBy(note, key)).toHaveLength(1);
    }
  });

  test('of somebody else, or of another time, are refused', async () => {
    const { officer } = ministry;
    expect(codesOf(await cosign(officer, seconds() + 3600))).toEqual(['BAD_INPUT']);
    expect(codesOf(await cosign(officer, seconds(), await ministry.enrol()))).toEqual(['BAD_INPUT']);
    const unknown = {
      size: 9999,
      time: new Date(seconds() * 1000).toISOString(),
      signature: toBase64(new Uint8Array(64)),
    };
    expect(codesOf(await ministry.as(officer, COSIGN, unknown))).toEqual(['NOT_FOUND']);
  });
});

describe('a database', () => {
  test('of the version before gets its tree by migration, and goes on from there', async () => {
    const database = await createDatabase();
    const environment = { DATABASE_URL: database.url, CHANCERY_FOUNDING_TOKEN: 'founding token of the tests' };
    const first = await startServer({ environment });
    const ministry = await TestMinistry.found(first);
    for (let i = 0; i < 6; i++) await ministry.enrol();
    await sql(first, 'DROP TABLE log_cosignature, log_checkpoint, log_node');
    await sql(first, "DELETE FROM migration WHERE name = 'Transparency20261122100000'");
    await first.stop();
    const second = await startServer({ environment });
    try {
      const payloads = await payloadsOf(second);
      const token = await signIn(second, ministry.officer);
      const { logCheckpoint } = must(await ask(second, CHECKPOINT, {}, token));
      const { note } = logCheckpoint as { note: string };
      const { size, root } = parseCheckpoint(decodeNote(Buffer.from(note)).text);
      expect([size, Buffer.from(root)]).toEqual([payloads.length, Buffer.from(rootOf(payloads))]);
    } finally {
      await second.stop();
      await database.drop();
    }
  });

  test('that was tampered with, or put back to an older copy, does not start', async () => {
    const database = await createDatabase();
    const environment = { DATABASE_URL: database.url, CHANCERY_FOUNDING_TOKEN: 'founding token of the tests' };
    const first = await startServer({ environment });
    const ministry = await TestMinistry.found(first);
    await ministry.enrol();
    await first.stop();
    const server = { databaseUrl: database.url } as TestServer;
    try {
      const top = 'level = (SELECT max(level) FROM log_node)';
      const [{ hash } = {}] = await sql<{ hash: Buffer }>(server, `SELECT hash FROM log_node WHERE ${top}`);
      await sql(server, `UPDATE log_node SET hash = sha256('other') WHERE ${top}`);
      await expect(startServer({ environment })).rejects.toThrow('the tree of the log');
      await sql(server, `UPDATE log_node SET hash = $1 WHERE ${top}`, [hash]);
      await sql(server, 'DELETE FROM statement WHERE seq = (SELECT max(seq) FROM statement)');
      await expect(startServer({ environment })).rejects.toThrow('this server has signed');
    } finally {
      await database.drop();
    }
  });
});
