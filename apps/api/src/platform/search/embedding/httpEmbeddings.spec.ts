import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { EmbeddingError } from './embeddingProvider.js';
import { HttpEmbeddings } from './httpEmbeddings.js';

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

let server: Server;
let embeddings: HttpEmbeddings;
let reply: Reply;
let asked: { path: string | undefined; headers: IncomingHttpHeaders; body: string }[];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      const { status = 200, headers = {}, body } = reply;
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/embed`;
  embeddings = new HttpEmbeddings({ url, key: 'canary-key', model: 'm', level: 'RESTRICTED', questions: 'all' });
});

afterAll(async () => {
  embeddings.onApplicationShutdown();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  asked = [];
});

const embed = (...texts: string[]) => embeddings.embed(texts, AbortSignal.timeout(5000));

async function failureFor(next: Reply, ...texts: string[]): Promise<string> {
  reply = next;
  const error: unknown = await embed(...texts).catch((cause: unknown) => cause);
  if (!(error instanceof EmbeddingError)) throw new Error('no failure of the service');
  return error.code;
}

test('posts model and texts with the key, and gives back one vector of length 1 a text', async () => {
  reply = { body: { data: [{ embedding: [3, 4] }, { embedding: [0, 2] }] } };
  expect((await embed('one', 'two')).map((vector) => [...vector])).toEqual([
    [Math.fround(0.6), Math.fround(0.8)],
    [0, 1],
  ]);
  expect(asked).toMatchObject([{ path: '/embed', headers: { authorization: 'Bearer canary-key' } }]);
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ model: 'm', input: ['one', 'two'] });
});

test('goes by the index where the answer has one', async () => {
  const data = [
    { index: 1, embedding: [0, 1] },
    { index: 0, embedding: [1, 0] },
  ];
  reply = { body: { data } };
  expect((await embed('one', 'two')).map((vector) => [...vector])).toEqual([
    [1, 0],
    [0, 1],
  ]);
});

test('an answer that is none is no vector', async () => {
  const data = (...embeddings: unknown[]) => ({ body: { data: embeddings.map((embedding) => ({ embedding })) } });
  expect(await failureFor({ body: 'not JSON' }, 'one')).toBe('UNREADABLE');
  expect(await failureFor({ body: {} }, 'one')).toBe('UNREADABLE');
  expect(await failureFor(data(['canary']), 'one')).toBe('UNREADABLE');
  expect(await failureFor(data([0, 0]), 'one')).toBe('UNREADABLE');
  expect(await failureFor(data([1]), 'one', 'two')).toBe('UNREADABLE');
  expect(await failureFor(data([1], [1]), 'one')).toBe('UNREADABLE');
  expect(await failureFor(data(Array(4097).fill(1)), 'one')).toBe('UNREADABLE');
  expect(await failureFor(data([1], [1, 2]), 'one', 'two')).toBe('DIMENSIONS');
  const twice = [0, 0].map((index) => ({ index, embedding: [1] }));
  expect(await failureFor({ body: { data: twice } }, 'one', 'two')).toBe('UNREADABLE');
});

test('refusals and redirections are not followed', async () => {
  expect(await failureFor({ status: 401, body: {} }, 'one')).toBe('REFUSED');
  expect(await failureFor({ status: 307, headers: { location: '/elsewhere' } }, 'one')).toBe('REFUSED');
  expect(asked.map(({ path }) => path)).toEqual(['/embed', '/embed']);
});

test('more than vectors can be is not read to its end', async () => {
  expect(await failureFor({ body: ' '.repeat(1024 * 1024) }, 'one')).toBe('TOO_LARGE');
});

test('nobody there, or nobody in time', async () => {
  const service = { url: 'http://127.0.0.1:9', key: undefined, model: 'm', level: 'SECRET', questions: 'all' } as const;
  const absent = new HttpEmbeddings(service).embed(['one'], AbortSignal.timeout(5000));
  await expect(absent).rejects.toMatchObject({ code: 'UNREACHABLE' });
  await expect(embeddings.embed(['one'], AbortSignal.abort())).rejects.toMatchObject({ code: 'SLOW' });
});
