import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { buildSchema, parse } from 'graphql';
import { WebSocket, WebSocketServer } from 'ws';

import { Answers, shareEvent, subscribe } from './sharedEvents.js';
import type { Client } from './sharedEvents.js';

const schema = buildSchema(`
  type Query { nothing: Boolean }
  type Word { text: String! length(unit: String): Int }
  type Subscription { words: Word! }
`);

/** Counts how often an event is looked at, which is how often it is executed. */
function counted(text: string) {
  const looks = { count: 0 };
  const word = {
    get text() {
      looks.count += 1;
      return text;
    },
  };
  return { event: shareEvent({ words: word }), looks };
}

async function answersTo(query: string, events: AsyncIterable<unknown>, variableValues = {}): Promise<Answers> {
  const result = await subscribe({
    schema,
    document: parsed(query),
    rootValue: { words: () => events },
    variableValues,
  });
  if (result instanceof Answers) return result;
  throw new Error(JSON.stringify(result));
}

const documents = new Map<string, ReturnType<typeof parse>>();
function parsed(query: string) {
  const document = documents.get(query) ?? parse(query);
  documents.set(query, document);
  return document;
}

async function* listed(...events: unknown[]) {
  for (const event of events) yield await Promise.resolve(event);
}

/** A socket of a server and the client at its other end. */
async function connection() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new WebSocketServer({ noServer: true });
  const accepted = new Promise<Client>((resolve) => {
    server.on('upgrade', (request, stream: Duplex, head) => {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        resolve({ socket, stream });
      });
    });
  });
  const client = new WebSocket(`ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  const heard: string[] = [];
  client.on('message', (data: Buffer) => heard.push(data.toString()));
  await once(client, 'open');
  const close = async () => {
    client.terminate();
    server.close();
    await once(server, 'close');
  };
  return { ...(await accepted), client, heard, close };
}

test('a shared event is executed once for all sockets that ask alike, and each gets it under its own id', async () => {
  const { event, looks } = counted('hello');
  const [first, second] = [await connection(), await connection()];
  for (const [index, { socket, stream }] of [first, second].entries()) {
    const answers = await answersTo('subscription { words { text } }', listed(event));
    answers.writeTo({ socket, stream }, `id "${String(index)}"`);
    expect((await answers.next()).done).toBe(true);
  }
  for (const [index, { client, heard, close }] of [first, second].entries()) {
    while (heard.length === 0) await once(client, 'message');
    const payload = { data: { words: { text: 'hello' } } };
    expect(JSON.parse(heard[0] ?? '')).toEqual({ type: 'next', payload, id: `id "${String(index)}"` });
    await close();
  }
  expect(looks.count).toBe(1);
});

test('errors, variables and events that are not shared go the ordinary way', async () => {
  const { socket, stream, heard, close } = await connection();
  const valueOf = async (query: string, event: unknown, variables = {}) => {
    const answers = await answersTo(query, listed(event), variables);
    answers.writeTo({ socket, stream }, '1');
    return (await answers.next()).value as unknown;
  };
  const plain = { data: { words: { text: 'a' } } };
  expect(await valueOf('subscription { words { text } }', { words: { text: 'a' } })).toEqual(plain);
  expect(
    await valueOf('subscription ($on: Boolean!) { words { text @include(if: $on) } }', counted('a').event, {
      on: true,
    }),
  ).toEqual(plain);
  expect(await valueOf('subscription { words { text } }', shareEvent({ words: {} }))).toMatchObject({ data: null });
  expect(heard).toEqual([]);
  await close();
});

test('a client that does not read holds up its own subscription only, and nothing piles up for it', async () => {
  const { socket, stream, client, heard, close } = await connection();
  client.pause();
  const total = 5_000;
  let taken = 0;
  const text = 'x'.repeat(4_000);
  const source = (async function* () {
    for (; taken < total; taken++) yield await Promise.resolve(shareEvent({ words: { text } }));
  })();
  const answers = await answersTo('subscription { words { text } }', source);
  answers.writeTo({ socket, stream }, '1');
  const ended = answers.next();
  let before = -1;
  while (before !== taken) {
    before = taken;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(taken).toBeLessThan(total);
  expect(socket.bufferedAmount).toBeLessThan(2 * 1024 * 1024);
  client.resume();
  expect((await ended).done).toBe(true);
  while (heard.length < total) await once(client, 'message');
  await close();
});
