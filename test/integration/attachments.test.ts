import { randomBytes, randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { Injectable, Module } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { FEATURES } from '../../apps/api/src/app.module.js';
import { AttachmentCollector } from '../../apps/api/src/delivery/attachments/attachmentCollector.js';
import { codesOf } from '../support/graphql.js';
import type { ClientAnswer } from '../support/graphql.js';
import { SEND, TestMember, labelText } from '../support/delivery.js';
import type { TypedResult } from '../support/delivery.js';
import { FOUNDING_TOKEN, PUBLISH, TestMinistry, byDevice, must, sql } from '../support/ministry.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const MIB = 1024 * 1024;
const QUOTA_MIB = 12;
const environment = {
  CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN,
  CHANCERY_LIMIT_ATTACHMENT_MIB_PER_PERSON: String(QUOTA_MIB),
};
const GRANT = '{ token size stored }';
const BEGIN = `mutation ($input: AttachmentInput!) { beginAttachment(input: $input) ${GRANT} }`;
const OPEN = `mutation ($groupId: ID!, $id: ID!) { openAttachment(groupId: $groupId, id: $id) ${GRANT} }`;

/** Hands the server's own collector to the tests, which cannot wait for a day. */
const seen: { collector?: AttachmentCollector } = {};

@Injectable()
class Probe implements OnApplicationBootstrap {
  constructor(private readonly modules: ModuleRef) {}

  onApplicationBootstrap(): void {
    seen.collector = this.modules.get(AttachmentCollector, { strict: false });
  }
}

@Module({ providers: [Probe] })
class ProbeModule {}

interface Grant {
  readonly token: string;
  readonly size: number;
  readonly stored: number;
}

let server: TestServer;
let ministry: TestMinistry;
let anna: TestMember;
let boris: TestMember;
let stranger: TestMember;

beforeAll(async () => {
  server = await startServer({ environment, features: [...FEATURES, ProbeModule] });
  ministry = await TestMinistry.found(server);
});
afterAll(() => server.stop());

/** Each test has people of its own, with quotas of their own. */
beforeEach(async () => {
  [anna, boris, stranger] = await Promise.all([member(), member(), member()]);
  anna.startGroup(labelText('RESTRICTED'));
  await anna.createGroup();
  await anna.add(boris);
});

async function member(): Promise<TestMember> {
  const made = new TestMember(ministry, await ministry.enrol());
  await made.publishKeyPackages(2);
  return made;
}

function begin(who: TestMember, id: string, size: number, groupId = anna.groupId): Promise<ClientAnswer> {
  return who.ask(BEGIN, { input: { id, groupId, size } });
}

const grantOf = (answer: ClientAnswer, field = 'beginAttachment'): Grant => answer.data?.[field] as Grant;

async function http(
  who: TestMember,
  id: string,
  grant: string,
  init: Omit<RequestInit, 'headers'> & { readonly headers: Readonly<Record<string, string>> },
) {
  const authorization = `Bearer ${await ministry.token(who.person)}`;
  const headers = { authorization, 'chancery-grant': grant, ...init.headers };
  return fetch(`${server.url}/attachments/${id}`, { ...init, headers });
}

async function put(who: TestMember, id: string, grant: string, offset: number, body: Uint8Array): Promise<string> {
  const headers = { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) };
  const answer = await http(who, id, grant, { method: 'PATCH', headers, body });
  return answer.status === 204 ? `stored ${answer.headers.get('upload-offset') ?? ''}` : codeOf(answer);
}

async function get(who: TestMember, id: string, grant: string, range: string): Promise<Buffer | string> {
  const answer = await http(who, id, grant, { headers: { range } });
  return answer.status === 206 ? Buffer.from(await answer.arrayBuffer()) : codeOf(answer);
}

async function codeOf(answer: Response): Promise<string> {
  const { errors } = (await answer.json()) as { errors: { extensions: { code: string } }[] };
  return errors[0]?.extensions.code ?? '';
}

/** An attachment that is complete, and named by nobody yet. */
async function stored(who: TestMember, bytes = randomBytes(1000)): Promise<string> {
  const id = randomUUID();
  const { token } = grantOf(await begin(who, id, bytes.length));
  expect(await put(who, id, token, 0, bytes)).toBe(`stored ${String(bytes.length)}`);
  return id;
}

async function name(who: TestMember, ...attachments: string[]): Promise<TypedResult | undefined> {
  const envelopes = [{ ...who.envelope(who.message('with a file')), attachments }];
  return (await who.get<TypedResult[]>('sendEnvelopes', SEND, { envelopes }))[0];
}

async function collect(): Promise<void> {
  if (!seen.collector) throw new Error('the server has not given its collector');
  await seen.collector.collect();
}

/** As if everything had happened a day and an hour earlier. */
async function aDayLater(): Promise<void> {
  await sql(server, `UPDATE attachment SET touched_at = touched_at - interval '25 hours'`);
  await sql(server, `UPDATE attachment_reference SET at = at - interval '25 hours'`);
}

const isOnDisk = (id: string): Promise<boolean> =>
  access(join(server.dataFolder, 'blobs', 'attachments', id.slice(-2), id)).then(
    () => true,
    () => false,
  );

describe('bytes on their way', () => {
  test('go up in pieces, resumably, and come down by ranges', async () => {
    const bytes = randomBytes(7 * MIB + 5);
    const id = randomUUID();
    const { token, stored: none } = grantOf(await begin(anna, id, bytes.length));
    expect(none).toBe(0);
    expect(await put(anna, id, token, 0, bytes.subarray(0, 5 * MIB))).toBe(`stored ${String(5 * MIB)}`);
    expect(codesOf(await boris.ask(OPEN, { groupId: anna.groupId, id }))).toEqual(['ATTACHMENT_GONE']);
    const again = grantOf(await begin(anna, id, bytes.length));
    expect(again.stored).toBe(5 * MIB);
    await put(anna, id, again.token, 5 * MIB, bytes.subarray(5 * MIB));
    const { token: down, size } = grantOf(await boris.ask(OPEN, { groupId: anna.groupId, id }), 'openAttachment');
    expect(size).toBe(bytes.length);
    expect(await get(boris, id, down, 'bytes=10-19')).toEqual(bytes.subarray(10, 20));
    // no answer is longer than a piece, whatever is asked for
    const most = await get(boris, id, down, `bytes=0-${String(9 * MIB)}`);
    expect(Buffer.compare(Buffer.from(most), bytes.subarray(0, 5 * MIB))).toBe(0);
    expect(await get(boris, id, down, `bytes=${String(7 * MIB)}-${String(8 * MIB)}`)).toEqual(bytes.subarray(7 * MIB));
    expect(await get(boris, id, down, `bytes=${String(8 * MIB)}-`)).toBe('BAD_INPUT');
    expect(await get(boris, id, down, `bytes=${String(8 * MIB)}-${String(9 * MIB)}`)).toBe('BAD_INPUT');
  });

  test('a piece that does not fit is refused, and nothing of it is stored', async () => {
    const id = randomUUID();
    const { token } = grantOf(await begin(anna, id, 1000));
    expect(await put(anna, id, token, 10, randomBytes(10))).toBe('CONFLICT');
    expect(await put(anna, id, token, 0, randomBytes(1001))).toBe('TOO_LARGE');
    expect(await put(anna, id, token, 0, randomBytes(400))).toBe('stored 400');
    expect(await put(anna, id, token, 0, randomBytes(400))).toBe('CONFLICT');
    expect(grantOf(await begin(anna, id, 1000)).stored).toBe(400);
    expect(codesOf(await begin(anna, id, 2000))).toEqual(['CONFLICT']);
    expect(codesOf(await begin(anna, randomUUID(), 3 * 1024 ** 3))).toEqual(['TOO_LARGE']);
    for (const size of [0, -1, 1.5]) expect(codesOf(await begin(anna, randomUUID(), size))).toEqual(['BAD_INPUT']);
    expect(codesOf(await begin(anna, '../../etc/passwd', 1000))).toEqual(['BAD_INPUT']);
  });

  test('of one piece that is sent twice at the same time, one copy is stored', async () => {
    const bytes = randomBytes(2 * MIB);
    const id = randomUUID();
    const { token } = grantOf(await begin(anna, id, bytes.length));
    const answers = await Promise.all([put(anna, id, token, 0, bytes), put(anna, id, token, 0, bytes)]);
    expect(answers.sort()).toEqual(['CONFLICT', `stored ${String(bytes.length)}`]);
  });

  test('a crash between the last piece and the end is made good when the client asks again', async () => {
    const id = await stored(anna);
    await sql(server, `UPDATE attachment SET state = 'OPEN' WHERE id = $1`, [id]);
    expect(await name(anna, id)).toMatchObject({ code: 'ATTACHMENT_GONE' });
    expect(grantOf(await begin(anna, id, 1000)).stored).toBe(1000);
    expect(await name(anna, id)).toMatchObject({ __typename: 'EnvelopeAccepted' });
  });

  test('a connection that breaks off leaves what was stored before it', async () => {
    const id = randomUUID();
    const { token } = grantOf(await begin(anna, id, 3 * MIB));
    await put(anna, id, token, 0, randomBytes(MIB));
    const control = new AbortController();
    const headers = { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(MIB) };
    const body = new ReadableStream({
      start: (stream) => {
        stream.enqueue(randomBytes(100_000));
        setTimeout(() => {
          control.abort();
        }, 50);
      },
    });
    const broken = { method: 'PATCH', headers: { ...headers, 'content-length': '1000000' }, body, duplex: 'half' };
    await http(anna, id, token, { ...(broken as RequestInit), headers: broken.headers, signal: control.signal }).catch(
      () => undefined,
    );
    expect(grantOf(await begin(anna, id, 3 * MIB)).stored).toBe(MIB);
  });
});

describe('a grant', () => {
  test('holds for one device, one attachment and one direction, for a quarter of an hour', async () => {
    const [id, other] = [await stored(anna), await stored(anna)];
    const up = grantOf(await begin(anna, id, 1000)).token;
    const down = grantOf(await boris.ask(OPEN, { groupId: anna.groupId, id }), 'openAttachment').token;
    const all = 'bytes=0-999';
    expect(await get(boris, id, down, all)).toHaveLength(1000);
    expect(await get(anna, id, down, all)).toBe('GRANT_INVALID');
    expect(await get(boris, other, down, all)).toBe('GRANT_INVALID');
    expect(await get(anna, id, up, all)).toBe('GRANT_INVALID');
    expect(await put(boris, id, down, 1000, randomBytes(0))).toBe('GRANT_INVALID');
    expect(await get(boris, id, 'x'.repeat(43), all)).toBe('GRANT_INVALID');
    await sql(server, `UPDATE attachment_grant SET expires_at = expires_at - interval '15 minutes'`);
    expect(await get(boris, id, down, all)).toBe('GRANT_INVALID');
    const rows = await sql<{ token_hash: Buffer }>(server, 'SELECT token_hash FROM attachment_grant');
    expect(rows.some(({ token_hash: hash }) => [up, down].includes(hash.toString('base64url')))).toBe(false);
  });

  test('is worth nothing without the session of its device', async () => {
    const id = await stored(anna);
    const { token } = grantOf(await boris.ask(OPEN, { groupId: anna.groupId, id }), 'openAttachment');
    const headers = { 'chancery-grant': token, range: 'bytes=0-9' };
    expect(await codeOf(await fetch(`${server.url}/attachments/${id}`, { headers }))).toBe('UNAUTHENTICATED');
  });

  test('is given to members only, and void at once for one who was removed', async () => {
    const id = await stored(anna);
    expect(codesOf(await begin(stranger, randomUUID(), 1000))).toEqual(['NOT_A_MEMBER']);
    expect(codesOf(await stranger.ask(OPEN, { groupId: anna.groupId, id }))).toEqual(['NOT_A_MEMBER']);
    const { token } = grantOf(await boris.ask(OPEN, { groupId: anna.groupId, id }), 'openAttachment');
    expect(await get(boris, id, token, 'bytes=0-9')).toHaveLength(10);
    await anna.remove(boris);
    expect(await get(boris, id, token, 'bytes=0-9')).toBe('GRANT_INVALID');
    expect(codesOf(await boris.ask(OPEN, { groupId: anna.groupId, id }))).toEqual(['NOT_A_MEMBER']);
  });
});

test('a revoked device: its open session and its good grant are refused with the next piece', async () => {
  const id = await stored(anna);
  const { token } = grantOf(await boris.ask(OPEN, { groupId: anna.groupId, id }), 'openAttachment');
  expect(await get(boris, id, token, 'bytes=0-9')).toHaveLength(10);
  const { deviceId } = boris.person;
  const revoked = byDevice(
    { type: 'revokeDevice', at: Date.now(), device: deviceId, reason: 'STOLEN' },
    ministry.officer,
  );
  must(await ministry.as(ministry.officer, PUBLISH, { statements: [revoked] }));
  expect(await get(boris, id, token, 'bytes=0-9')).toBe('DEVICE_REVOKED');
});

describe('quotas', () => {
  test('what a person may have is counted from the announcement, and two at once cannot both have the last of it', async () => {
    const size = 5 * MIB;
    const answers = await Promise.all(Array.from({ length: 6 }, () => begin(anna, randomUUID(), size)));
    expect(answers.filter(({ data }) => data !== null)).toHaveLength(2);
    expect(answers.flatMap(codesOf)).toEqual(Array.from({ length: 4 }, () => 'QUOTA_EXCEEDED'));
    expect(codesOf(await begin(boris, randomUUID(), size))).toEqual([]);
    expect(codesOf(await begin(boris, randomUUID(), 13 * MIB))).toEqual(['QUOTA_EXCEEDED']);
  });

  test('what was never sent is given back', async () => {
    await begin(anna, randomUUID(), 10 * MIB);
    expect(codesOf(await begin(anna, randomUUID(), 10 * MIB))).toEqual(['QUOTA_EXCEEDED']);
    await aDayLater();
    await collect();
    expect(codesOf(await begin(anna, randomUUID(), 10 * MIB))).toEqual([]);
  });
});

describe('what messages name', () => {
  test('has to be complete, of the same conversation, and the sender’s own', async () => {
    const open = randomUUID();
    await begin(anna, open, 1000);
    expect(await name(anna, open)).toMatchObject({ __typename: 'Refusal', code: 'ATTACHMENT_GONE' });
    expect(await name(boris, await stored(anna))).toMatchObject({ code: 'ATTACHMENT_GONE' });
    expect(await name(anna, randomUUID())).toMatchObject({ code: 'ATTACHMENT_GONE' });
    expect(await name(anna, await stored(anna))).toMatchObject({ __typename: 'EnvelopeAccepted' });
  });

  test('stays; what no message names is removed after a day, finished or not', async () => {
    const [named, orphan, young] = [await stored(anna), await stored(anna), randomUUID()];
    const open = randomUUID();
    const { token } = grantOf(await begin(anna, open, 1000));
    await put(anna, open, token, 0, randomBytes(10));
    await name(anna, named);
    await aDayLater();
    await begin(anna, young, 1000);
    await collect();
    const left = await sql<{ id: string }>(server, 'SELECT id FROM attachment');
    expect([named, orphan, open, young].map((id) => left.some((row) => row.id === id))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect([await isOnDisk(named), await isOnDisk(orphan)]).toEqual([true, false]);
    await aDayLater();
    await collect();
    expect(await isOnDisk(named)).toBe(true);
  });

  test('a crash between naming and storing the message keeps nothing for ever, and loses nothing that is named again', async () => {
    const [dropped, retried] = [await stored(anna), await stored(anna)];
    const reference = `INSERT INTO attachment_reference (attachment_id, group_id, sender_device, idempotency_key, at)
      SELECT id, group_id, device_id, '\\x00', now() FROM attachment WHERE id IN ($1, $2)`;
    await sql(server, reference, [dropped, retried]);
    await sql(server, `UPDATE attachment SET touched_at = touched_at - interval '25 hours'`);
    await collect();
    expect([await isOnDisk(dropped), await isOnDisk(retried)]).toEqual([true, true]);
    await aDayLater();
    await name(anna, retried);
    await aDayLater();
    await collect();
    expect([await isOnDisk(dropped), await isOnDisk(retried)]).toEqual([false, true]);
  });

  test('a crash between the sentence and its execution is made good by the next round', async () => {
    const id = await stored(anna);
    await sql(server, `UPDATE attachment SET state = 'DOOMED' WHERE id = $1`, [id]);
    expect(await name(anna, id)).toMatchObject({ code: 'ATTACHMENT_GONE' });
    expect(codesOf(await anna.ask(OPEN, { groupId: anna.groupId, id }))).toEqual(['ATTACHMENT_GONE']);
    await collect();
    expect(await isOnDisk(id)).toBe(false);
  });

  test('named and collected at the same time, each is either kept and named or refused and gone', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 30; count++) ids.push(await stored(anna));
    await aDayLater();
    const collecting = Promise.all([collect(), collect()]);
    const named = await Promise.all(ids.map((id) => name(anna, id)));
    await collecting;
    await aDayLater();
    await collect();
    const kept = await Promise.all(ids.map(isOnDisk));
    expect(named.map((result) => result?.__typename === 'EnvelopeAccepted')).toEqual(kept);
  });
});
