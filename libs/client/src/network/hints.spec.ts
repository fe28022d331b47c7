import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import WebSocket, { WebSocketServer } from 'ws';

import { subscribeToHints } from './hints.js';

const nothing = (): void => undefined;

/** A rejection that nobody handles would fail the test, as it would end a program. */
test('a connection that breaks while its subscription is given up troubles nobody', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: ([first]) => first ?? false });
  await once(server, 'listening');
  const arrived = once(server, 'connection');
  const handlers = { connected: nothing, hint: nothing, disconnected: nothing, refused: nothing };
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const subscription = subscribeToHints({ origin, webSocket: WebSocket }, handlers, () => Promise.resolve('token'));
  const [socket] = (await arrived) as [WebSocket];
  await once(socket, 'message'); // connection_init, which is never answered
  const closed = subscription.close();
  socket.close(4403, 'Forbidden');
  await closed;
  await new Promise((resolve) => setImmediate(resolve));
  server.close();
  await once(server, 'close');
});
