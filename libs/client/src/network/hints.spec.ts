import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import WebSocket, { WebSocketServer } from 'ws';

import type { HintHandlers } from '../ports/transport.js';
import { subscribeToHints } from './hints.js';

const nothing = (): void => undefined;
const HANDLERS: HintHandlers = { connected: nothing, hint: nothing, disconnected: nothing, refused: nothing };
const token = (): Promise<string> => Promise.resolve('token');

let server: WebSocketServer;
let origin: string;

beforeEach(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: ([first]) => first ?? false });
  await once(server, 'listening');
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterEach(async () => {
  for (const socket of server.clients) socket.terminate();
  server.close();
  await once(server, 'close');
});

/** The next device that comes, once it has said hello. */
async function arrival(): Promise<WebSocket> {
  const [socket] = (await once(server, 'connection')) as [WebSocket];
  await once(socket, 'message');
  return socket;
}

/** A clock that stands until it is moved on. */
class StandingTimer {
  private now = 0;
  private readonly due = new Map<() => void, number>();

  after(milliseconds: number, work: () => void): () => void {
    const once = (): void => {
      work();
    };
    this.due.set(once, this.now + milliseconds);
    return () => this.due.delete(once);
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
    for (const [work, at] of this.due) {
      if (at > this.now) continue;
      this.due.delete(work);
      work();
    }
  }
}

/** A rejection that nobody handles would fail the test, as it would end a program. */
test('a connection that breaks while its subscription is given up troubles nobody', async () => {
  const arrived = arrival();
  const subscription = subscribeToHints({ origin, webSocket: WebSocket }, HANDLERS, token);
  const socket = await arrived; // its hello is never answered
  const closed = subscription.close();
  socket.close(4403, 'Forbidden');
  await closed;
  await new Promise((resolve) => setImmediate(resolve));
});

test('a subscription that is given up while its token is fetched never connects', async () => {
  let give: (token: string) => void = nothing;
  const given = new Promise<string>((resolve) => (give = resolve));
  const subscription = subscribeToHints({ origin, webSocket: WebSocket }, HANDLERS, () => given);
  const closed = subscription.close();
  give('token');
  await closed;
  expect(server.clients.size).toBe(0);
});

describe('a line that has died without a word', () => {
  const timer = new StandingTimer();
  let told: string[];
  let handlers: HintHandlers;

  beforeEach(() => {
    const own: string[] = [];
    handlers = { ...HANDLERS, connected: () => own.push('connected'), disconnected: () => own.push('disconnected') };
    told = own;
  });

  /** Says something to the device, and waits until it has come there. */
  async function say(socket: WebSocket, type: string): Promise<void> {
    socket.send(JSON.stringify({ type }));
    const answered = once(socket, 'pong');
    socket.ping(); // answered behind what was sent before it
    await answered;
  }

  test('is left after a minute in which nothing came, and another one is opened', async () => {
    const arrived = arrival();
    const subscription = subscribeToHints({ origin, webSocket: WebSocket, timer }, handlers, token);
    await say(await arrived, 'connection_ack');
    const next = arrival();
    timer.pass(59_000);
    expect(told).toEqual(['connected']);
    timer.pass(1_000);
    await say(await next, 'connection_ack');
    expect(told).toEqual(['connected', 'disconnected', 'connected']);
    await subscription.close();
  });

  test('is not taken for one that is slow: whatever comes counts, however late the answer to a question is', async () => {
    const arrived = arrival();
    const subscription = subscribeToHints({ origin, webSocket: WebSocket, timer }, handlers, token);
    const socket = await arrived;
    await say(socket, 'connection_ack');
    for (const type of ['ping', 'pong', 'ping', 'pong']) {
      timer.pass(59_000);
      await say(socket, type);
    }
    expect(told).toEqual(['connected']);
    await subscription.close();
  });

  test('is left also while it has not answered the hello yet', async () => {
    const arrived = arrival();
    const subscription = subscribeToHints({ origin, webSocket: WebSocket, timer }, handlers, token);
    await arrived;
    const next = arrival();
    timer.pass(60_000);
    await say(await next, 'connection_ack');
    expect(told).toEqual(['disconnected', 'connected']);
    await subscription.close();
  });

  test('holds nobody up who leaves it', async () => {
    const arrived = arrival();
    const subscription = subscribeToHints({ origin, webSocket: WebSocket, timer }, handlers, token);
    const socket = await arrived;
    await say(socket, 'connection_ack');
    socket.pause(); // takes nothing any more, not even a farewell
    await subscription.close();
    expect(told).toEqual(['connected', 'disconnected']);
  });
});
