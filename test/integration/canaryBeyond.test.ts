import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Injectable, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { getNamedType, isObjectType } from 'graphql';
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';

import type { Client } from '#client';
import { ATTACHMENT_GRANT_HEADER, ATTACHMENT_OFFSET_HEADER, ATTACHMENT_PIECE_TYPE } from '#contracts';
import { genericMinistry } from '#policy';
import { paperFiles } from '#publish';
import { decodeAuditEntry } from '#transparency';

import { FEATURES } from '../../apps/api/src/app.module.js';
import { buildServerSchema } from '../../apps/api/src/schema.js';
import { exportCollection } from '../../apps/cli/src/export/documents.js';
import { fontFiles } from '../../apps/cli/src/export/fontFiles.js';
import { NO_CONVERSATION, authorsTalk } from '../support/canaryConversation.js';
import type { CanaryConversation } from '../support/canaryConversation.js';
import { AUTHORS, CANARY, ORIGINAL, PLACES, READERS, fixedId } from '../support/canaryPapers.js';
import { absent, hiddenIn, questionValues, secretsIn } from '../support/canaryValues.js';
import type { Things } from '../support/canaryValues.js';
import { CanaryWorld, FILLING_MS } from '../support/canaryWorld.js';
import type { RouteRequest } from '../support/canaryWorld.js';
import { describeMeilisearch, describePostgres } from '../support/engines.js';
import type { Engine } from '../support/engines.js';
import { PUBLISH, byDevice, clear, must, sql } from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import { questionsOf, rootsOf } from '../support/questions.js';
import type { Question } from '../support/questions.js';
import { Canon, everythingIn, partingOf, textOf } from '../support/sameAnswers.js';
import { TestSocket } from '../support/sockets.js';

/**
 * Every route beside GraphQL, and how it is held against the secret papers. One that is new belongs here: where it gives
 * something that hangs on a paper, with a test that asks for it in both worlds.
 */
const ROUTES = {
  'GET /graphql': 'the canary matrix',
  'OPTIONS /graphql': 'refused',
  'GET /attachments/:id': 'asked in both worlds',
  'PATCH /attachments/:id': 'asked in both worlds',
  'GET /originals/:id': 'asked in both worlds',
  'PATCH /originals/:id': 'asked in both worlds',
  'GET /health/live': 'one word',
  'GET /health/ready': 'names of parts',
  'GET /metrics': 'names of fields and numbers, for the inside alone',
  'POST /graphql': 'the canary matrix',
} as const;

const routes = new Set<string>();
/** The browser client of this test. */
const PAGE = '<!doctype html><title>Chancery</title>';

/** Writes down what the server can be asked beside GraphQL. */
@Injectable()
class RouteList {
  constructor({ httpAdapter }: HttpAdapterHost) {
    httpAdapter.getInstance<FastifyInstance>().addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.add(`${one} ${url}`);
    });
  }
}

@Module({ providers: [RouteList] })
class RouteListModule {}

const PIECE = { 'content-type': ATTACHMENT_PIECE_TYPE };
const piece = (offset: string, body = 'river water'): RouteRequest => ({
  method: 'PATCH',
  headers: { ...PIECE, [ATTACHMENT_OFFSET_HEADER]: offset },
  body,
});
const range = (asked: string, method = 'GET'): RouteRequest => ({ method, headers: { range: asked } });

/** What is asked of the address of a file. */
const FILE_REQUESTS: readonly RouteRequest[] = [
  {},
  range('bytes=0-9'),
  range('bytes=5-'),
  range('bytes=-5'),
  range('bytes=9-3'),
  range('bytes=0-1,3-4'),
  range(`bytes=${String(ORIGINAL.length)}-${String(ORIGINAL.length + 1)}`),
  range('bytes=999999999999-9999999999999'),
  range('bytes=0-9', 'HEAD'),
  { headers: { range: 'bytes=0-9', 'if-none-match': '*', 'if-range': '"x"' } },
  piece('0'),
  piece(String(ORIGINAL.length)),
  piece(String(ORIGINAL.length), ''),
  piece('many'),
  { method: 'PATCH', headers: PIECE, body: 'river water' },
  { method: 'PATCH', headers: { 'content-type': 'text/plain', [ATTACHMENT_OFFSET_HEADER]: '0' }, body: 'river' },
  { method: 'PATCH', headers: { ...PIECE, [ATTACHMENT_OFFSET_HEADER]: '0' }, body: 'x'.repeat(100_000) },
  { method: 'DELETE' },
  { method: 'OPTIONS' },
  { method: 'POST', headers: PIECE, body: 'river' },
  { method: 'PUT', headers: PIECE, body: 'river' },
];

/** Pages that are turned before something must be wrong. */
const MOST_PAGES = 40;

/** What is held against the secret papers with an engine. */
interface Scope {
  /** Which of the lists that have pages are turned page by page. */
  readonly turns: (field: string) => boolean;
  /** Some of those that have several pages. */
  readonly long: readonly string[];
  /** Whether what no engine has a part in is tried too. */
  readonly isAll: boolean;
}

const EVERYTHING: Scope = {
  turns: () => true,
  long: ['documents', 'search', 'savedSearches'],
  isAll: true,
};
/** What another engine may answer in another way: searches, and what people who keep some are told. */
const SEARCHES: Scope = { turns: (field) => field === 'search', long: ['search'], isAll: false };

let schema: GraphQLSchema;

beforeAll(async () => {
  schema = await buildServerSchema();
});

function beyondTheQueries({ environment }: Engine, scope: Scope): void {
  let plain: CanaryWorld;
  let secret: CanaryWorld;
  let talk: CanaryConversation;
  let web: string;
  let things: Things;

  beforeAll(async () => {
    web = await mkdtemp(join(tmpdir(), 'chancery-page-'));
    await writeFile(join(web, 'index.html'), PAGE);
    const settings = { ...environment(), CHANCERY_WEB_FOLDER: web };
    [plain, secret] = await CanaryWorld.twins(settings, [...FEATURES, RouteListModule]);
    talk = await authorsTalk(secret);
    things = hiddenIn(secret, []);
  }, FILLING_MS);

  afterAll(async () => {
    await Promise.all([plain.stop(), secret.stop()]);
    await rm(web, { recursive: true, force: true });
  });

  /** What two answers that should be the same differ in, and what the second one tells. */
  const differences = (asked: string, expected: string, found: string): string[] => [
    ...(expected === found ? [] : [`${asked}${partingOf(expected, found)}`]),
    ...secretsIn(found, asked, things).map((word) => `${asked} tells ${word}: ${found.slice(0, 500)}`),
  ];

  const routeSays = async (world: CanaryWorld, reader: number, path: string, request: RouteRequest) =>
    textOf(await world.request(reader === 0 ? undefined : world.person(reader), path, request));

  /** The same requests about what is hidden and about what is not there. */
  const compareRoutes = async (
    reader: number,
    requests: readonly RouteRequest[],
    [hidden, missing]: readonly [string, string],
  ): Promise<string[]> => {
    const wrong: string[] = [];
    for (const request of requests) {
      const [expected, found] = await Promise.all([
        routeSays(plain, reader, missing, request),
        routeSays(secret, reader, hidden, request),
      ]);
      const asked = `${String(reader)} ${JSON.stringify(request).slice(0, 200)} ${hidden}`;
      wrong.push(...differences(asked, expected, found));
    }
    return wrong;
  };

  describe('page by page', () => {
    /** The lists that have pages, from their first page. */
    const lists = (world: CanaryWorld, known: Things): Question[] => {
      const { query } = rootsOf(schema);
      const questions = questionsOf(
        query,
        questionValues(world, known, () => 'ids'),
      );
      return questions.filter(({ field }) => scope.turns(field) && hasPages(query, field));
    };

    test.each(READERS)('a reader $name turns as many pages, with the same on each', async ({ id }) => {
      const [others, own] = [lists(plain, absent(things)), lists(secret, things)];
      const turned: string[] = [];
      const wrong: string[] = [];
      for (const [index, question] of own.entries()) {
        const [expected, found] = await Promise.all([
          pages(plain, plain.person(id), others[index] ?? question),
          pages(secret, secret.person(id), question),
        ]);
        if (found.length > 1) turned.push(question.field);
        const [left, right] = [expected, found].map((all) => JSON.stringify(new Canon().of(all)));
        const asked = `${question.name} ${JSON.stringify(question.variables)}`;
        wrong.push(...differences(asked, left ?? '', right ?? ''));
      }
      expect(wrong).toEqual([]);
      if (id === 22) expect(turned).toEqual(expect.arrayContaining([...scope.long]));
    });
  });

  test('hints tell nobody of what happens to papers and in conversations of others', async () => {
    const subscriptions = subscriptionsOf(schema);
    const ears = (world: CanaryWorld) =>
      Promise.all(READERS.filter(({ id }) => id !== 26).map(({ id }) => Ear.open(world, id, subscriptions)));
    const [fewer, more] = await Promise.all([ears(plain), ears(secret)]);
    await happensToPapers(secret);
    await talk.say();
    // what everybody is told of ends the silence in both worlds
    for (const world of [plain, secret]) await statementIsMade(world);
    const wrong: string[] = [];
    for (const [index, ear] of more.entries()) {
      const [expected, found] = [await fewer[index]?.heard(), await ear.heard()];
      wrong.push(...differences(`hints of ${String(ear.reader)}`, expected ?? '', found));
    }
    for (const ear of [...fewer, ...more]) ear.close();
    expect(wrong).toEqual([]);
  });

  if (scope.isAll) besides();

  /** What is the same whatever engine searches. */
  function besides(): void {
    describe('routes beside GraphQL', () => {
      test('are all known, with what they tell; whatever else there is gives the page and nothing else', async () => {
        expect([...routes]).toEqual(expect.arrayContaining(Object.keys(ROUTES)));
        const unknown: string[] = [];
        for (const route of routes) {
          const [method, path = ''] = route.split(' ');
          if (route in ROUTES || (method === 'HEAD' && routes.has(`GET ${path}`))) continue;
          const { body } = await secret.request(secret.author, path.replaceAll('*', 'any'), { method: method ?? '' });
          if (method !== 'GET' || body !== PAGE) unknown.push(route);
        }
        expect(unknown).toEqual([]);
      });

      const strangers = [{ name: 'who is a stranger', id: 0 }, ...READERS];

      test.each(strangers)('a reader $name cannot tell a file of a secret paper from none', async ({ id }) => {
        const wrong: string[] = [];
        for (const kind of ['Original', 'PartsOriginal', 'FirstOriginal']) {
          const [hidden, missing] = [things[kind] ?? 'no id', fixedId(900_001)];
          wrong.push(...(await compareRoutes(id, FILE_REQUESTS, [`/originals/${hidden}`, `/originals/${missing}`])));
          const odd = [`/originals/${hidden.toUpperCase()}`, `/originals/${missing.toUpperCase()}`] as const;
          wrong.push(...(await compareRoutes(id, [range('bytes=0-9')], odd)));
          wrong.push(...(await compareRoutes(id, [range('bytes=0-9')], [`${odd[0]}%00`, `${odd[1]}%00`])));
        }
        expect(wrong).toEqual([]);
      });

      test.each(strangers)("a reader $name cannot tell another conversation's attachment from none", async ({ id }) => {
        const paths = [`/attachments/${talk.attachmentId}`, `/attachments/${NO_CONVERSATION.attachmentId}`] as const;
        const wrong: string[] = [];
        for (const grant of [undefined, NO_CONVERSATION.grant, talk.grant, 'no grant']) {
          const given = grant === undefined ? {} : { [ATTACHMENT_GRANT_HEADER]: grant };
          const requests = FILE_REQUESTS.map((one) => ({ ...one, headers: { ...one.headers, ...given } }));
          wrong.push(...(await compareRoutes(id, requests, paths)));
        }
        expect(wrong).toEqual([]);
      });

      test('who may read the papers is given the files, and the conversation its attachment', async () => {
        for (const kind of ['Original', 'PartsOriginal', 'FirstOriginal']) {
          const answer = await secret.request(secret.author, `/originals/${things[kind] ?? ''}`, range('bytes=0-9'));
          expect(answer).toMatchObject({ status: 206, body: ORIGINAL.subarray(0, 10).toString() });
        }
        const headers = { range: 'bytes=0-9', [ATTACHMENT_GRANT_HEADER]: talk.grant };
        const given = await secret.request(secret.author, `/attachments/${talk.attachmentId}`, { headers });
        expect(given.status).toBe(206);
      });

      test('health and metrics name nothing', async () => {
        for (const path of ['/health/live', '/health/ready', '/metrics']) {
          const said = everythingIn((await secret.request(undefined, path, {})).body);
          expect([CANARY, ...Object.values(things)].filter((word) => said.includes(word))).toEqual([]);
        }
      });
    });

    /** Everything that can be asked of a conversation by its id, and of an attachment. */
    const aboutTalk = ({ groupId, attachmentId }: CanaryConversation, root: GraphQLObjectType): Question[] => {
      const of = (type: 'ID' | 'String', name: string): readonly unknown[] =>
        type === 'ID' ? [/^ids?$/.test(name) && root.name === 'Mutation' ? attachmentId : groupId] : ['text'];
      const isOfTalk = ({ document }: Question): boolean => /groupIds?:|attachment/i.test(document);
      const isQuery = root.name === 'Query';
      const questions = questionsOf(root, () => ({ of, isWide: false }));
      return questions.filter((question) => isOfTalk(question) && (isQuery || question.field === 'openAttachment'));
    };

    test('nobody outside can tell a conversation and its attachments from none', async () => {
      const wrong: string[] = [];
      for (const root of Object.values(rootsOf(schema))) {
        const others = aboutTalk(NO_CONVERSATION, root);
        for (const [index, question] of aboutTalk(talk, root).entries()) {
          for (const { id } of READERS) {
            const [left, right] = await Promise.all([
              plain.answer(plain.person(id), others[index] ?? question),
              secret.answer(secret.person(id), question),
            ]);
            wrong.push(...differences(`${String(id)} ${question.name}`, textOf(left), textOf(right)));
          }
        }
      }
      expect(wrong).toEqual([]);
    });

    describe('taken out by the command line', () => {
      test.each(READERS)('a reader $name gets the same files', async ({ id }) => {
        const wrong: string[] = [];
        for (const collectionId of [PLACES.open, PLACES.lobby, PLACES.closed, PLACES.below]) {
          const [expected, found] = await Promise.all([
            takenOut(plain, plain.person(id), collectionId),
            takenOut(secret, secret.person(id), collectionId),
          ]);
          wrong.push(...differences(`export of ${collectionId}`, expected, found));
        }
        expect(wrong).toEqual([]);
      });

      test('who may read the secret papers gets them', async () => {
        expect(await takenOut(secret, secret.author, PLACES.open)).toContain(CANARY);
      });
    });

    test('the audit trail that auditors read holds ids and names of acts, and no word that people wrote', async () => {
      const { officer } = secret.ministry;
      const query = `query ($after: Int!) { auditEntries(first: 1000, after: $after) { entries { seq payload } } }`;
      const operations = new Set<string>();
      for (let after = 0; ;) {
        const { entries } = await secret.get<AuditEntries>(officer, query, { after });
        for (const { seq, payload } of entries) {
          expect(everythingIn(payload)).not.toContain(CANARY);
          const { operation, about = [] } = decodeAuditEntry(Buffer.from(payload, 'base64'));
          operations.add(operation);
          expect(about.filter((id) => !ID.test(id))).toEqual([]);
          after = seq;
        }
        if (entries.length === 0) break;
      }
      expect([...operations]).toEqual(
        expect.arrayContaining(['handOverDocuments', 'requestDowngrade', 'exportDocuments']),
      );
      expect([...operations].filter((name) => !/^[A-Za-z.]{1,64}$/.test(name))).toEqual([]);
    });

    test('how much waits for the index does not tell how many papers', async () => {
      const wait = `INSERT INTO index_outbox (document_id, due_at) SELECT $1, now() + interval '1 hour'`;
      await sql(plain.server, wait, [plain.documents['treaty']]);
      for (const name of ['treaty', 'secret', 'closed', 'deep'])
        await sql(secret.server, wait, [secret.documents[name]]);
      const askedBy = async (world: CanaryWorld) => [
        must(await world.ministry.as(world.person(22), '{ indexPending health { indexPending } }')),
        must(await world.ministry.as(world.ministry.officer, '{ health { indexPending } }')),
      ];
      const [expected, found] = [await askedBy(plain), await askedBy(secret)];
      for (const world of [plain, secret])
        await sql(world.server, "DELETE FROM index_outbox WHERE due_at > now() + interval '1 minute'");
      expect(found).toEqual(expected);
    });
  }
}

interface AuditEntries {
  readonly entries: readonly { readonly seq: number; readonly payload: string }[];
}

/** Ids of things, devices and groups, and hashes; never words. */
const ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,64}|[A-Za-z0-9_-]{43}|\d+)$/;

/** Whether what a query gives is a list that goes on after a cursor. */
function hasPages(root: GraphQLObjectType, field: string): boolean {
  const type = getNamedType(root.getFields()[field]?.type);
  const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
  return fields.includes('pageInfo') || fields.includes('endCursor');
}

/** Every answer of a list that is asked for one thing at a time. */
async function pages(world: CanaryWorld, person: TestPerson, { document, variables }: Question): Promise<unknown[]> {
  const found: unknown[] = [];
  let after: string | undefined;
  do {
    const { status, headers, body } = await world.answer(person, { document, variables: turned(variables, after) });
    const answer: unknown = JSON.parse(body);
    found.push([status, headers, answer]);
    after = cursorOf(answer);
    if (found.length > MOST_PAGES) throw new Error(`${document.slice(0, 60)}: the pages do not end`);
  } while (after !== undefined);
  return found;
}

/** The same question for one thing, after a cursor. */
function turned(variables: Question['variables'], after: string | undefined): Record<string, unknown> {
  const page = { first: 1, ...(after !== undefined && { after }) };
  const { input } = variables as { input?: object };
  return input ? { ...variables, input: { ...input, ...page } } : { ...variables, ...page };
}

/** Where the next page begins: of the list itself, not of those in it. */
function cursorOf(answer: unknown): string | undefined {
  const { data } = answer as { data?: Record<string, Record<string, unknown> | null> | null };
  const [list] = Object.values(data ?? {});
  if (!list) return undefined;
  const info = Object.entries(list).find(([name]) => name.endsWith('_pageInfo'))?.[1] as PageInfo | undefined;
  if (info) return info.PageInfo_hasNextPage ? info.PageInfo_endCursor : undefined;
  return (list['SearchResult_endCursor'] as string | null | undefined) ?? undefined;
}

interface PageInfo {
  readonly PageInfo_hasNextPage: boolean;
  readonly PageInfo_endCursor: string;
}

/** What is made by chance, or by the hour, in the names of files and on their pages. */
const ID_IN_NAME = /-[0-9a-f]{12}\./;
const MADE_AT = /\d{4}-\d\d-\d\d \d\d:\d\d UTC/g;

/** The files that `chancery export collection` would write, or the refusal. */
async function takenOut(world: CanaryWorld, person: TestPerson, collectionId: string): Promise<string> {
  const device = {
    execute: async (document: unknown, variables: Record<string, unknown>) =>
      must(await world.ministry.as(person, String(document), variables)),
    whoami: () => Promise.resolve({ personName: person.name, postId: person.postId, ministryName: 'Ministry' }),
    posts: () => Promise.resolve([]),
    policy: () => Promise.resolve(genericMinistry),
  } as unknown as Client;
  const files: object[] = [];
  const taking = (async () => {
    for await (const { document, exporter } of exportCollection(device, collectionId)) {
      const made = await paperFiles(document, exporter, ['md'], fontFiles);
      files.push(
        ...made.files.map(({ name, bytes }) => ({
          name: name.replace(ID_IN_NAME, '-<id>.'),
          text: Buffer.from(bytes).toString().replace(MADE_AT, '<time>'),
        })),
      );
    }
  })();
  const refused = await taking.then(
    () => '',
    (error: unknown) => (error as Error).message,
  );
  return JSON.stringify(new Canon().of([files, refused.replace(/"requestId":"[^"]*"/, '')]));
}

/** Every subscription of the schema, with everything that can be selected. */
function subscriptionsOf(of: GraphQLSchema): readonly Question[] {
  const root = of.getSubscriptionType();
  if (!root) throw new Error('a schema without subscriptions');
  return questionsOf(root, () => ({ of: () => [fixedId(1)], isWide: false }));
}

/** Somebody who listens to whatever can be listened to. */
class Ear {
  readonly #messages: unknown[] = [];

  private constructor(
    readonly reader: number,
    private readonly socket: TestSocket,
  ) {}

  /** Resolves when the server has begun to tell. */
  static async open(world: CanaryWorld, reader: number, subscriptions: readonly Question[]): Promise<Ear> {
    const socket = new TestSocket(world.server);
    await socket.authenticate(await world.ministry.token(world.person(reader)));
    const ear = new Ear(reader, socket);
    await ear.#next('connection_ack');
    for (const [index, { document, variables }] of subscriptions.entries())
      socket.send({ id: String(index), type: 'subscribe', payload: { query: document, variables } });
    await ear.#next('next'); // where the directory stands, which is told at once
    return ear;
  }

  /** What was heard until the directory has grown. */
  async heard(): Promise<string> {
    await this.#next('next', 'Hint_statementHead');
    return JSON.stringify(new Canon().of(this.#messages));
  }

  close(): void {
    this.socket.close();
  }

  async #next(type: string, field = ''): Promise<void> {
    for (;;) {
      const message = await Promise.race([this.socket.next(), this.socket.closed]);
      if ('code' in message)
        throw new Error(`the server closed the socket of ${String(this.reader)}: ${message.reason}`);
      this.#messages.push(message);
      if (message.type !== type) continue;
      const hint = (message.payload as { data?: { hints?: Record<string, unknown> } } | undefined)?.data?.hints;
      if (field === '' || typeof hint?.[field] === 'number') return;
    }
  }
}

/** Whatever makes notices: a secret paper is revised, spoken of, asked to be read, and taken out. */
async function happensToPapers(world: CanaryWorld): Promise<void> {
  const documentId = world.documents['secret'];
  const mentions = READERS.filter(({ id }) => id !== 26).map(({ id }) => fixedId(id));
  const comment = { id: fixedId(340), documentId, text: `Now ${CANARY}!`, mentions };
  await world.get(world.author, 'mutation ($input: CommentInput!) { addComment(input: $input) { id } }', {
    input: comment,
  });
  const asked = { id: fixedId(341), documentId, personIds: mentions, note: CANARY };
  await world.get(
    world.author,
    'mutation ($input: AcknowledgementInput!) { askAcknowledgement(input: $input) { id } }',
    {
      input: { ...asked, dueAt: '2027-01-01T00:00:00.000Z' },
    },
  );
  await world.indexed();
}

/** Which changes nothing, and concerns nobody who listens. */
async function statementIsMade(world: CanaryWorld): Promise<void> {
  const { officer } = world.ministry;
  const [author] = AUTHORS.slice(-1);
  if (!author) throw new Error('there are no authors');
  const statement = byDevice(clear(fixedId(author.id), author.level, author.categories), officer);
  await world.get(officer, PUBLISH, { statements: [statement] });
}

describePostgres('canary beyond the queries', (engine) => {
  beyondTheQueries(engine, EVERYTHING);
});

describeMeilisearch('canary beyond the queries', (engine) => {
  beyondTheQueries(engine, SEARCHES);
});
