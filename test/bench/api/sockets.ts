import { once } from 'node:events';

import WebSocket from 'ws';

import { HINTS } from '../../support/delivery.js';

type Heard = (data: Buffer) => void;

/** Subscribes a device to its hints; resolves when the subscription is live. */
export async function subscribeApi(url: string, token: string, heard: Heard): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    skipUTF8Validation: true,
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: HINTS } }));
  await untilHead(socket);
  socket.on('message', heard);
  return socket;
}

/** The head of the directory is the last of the hints that a subscription begins with. */
async function untilHead(socket: WebSocket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const hear = (data: Buffer) => {
      const message = JSON.parse(data.toString()) as {
        type: string;
        payload?: { data?: { hints: { statementHead: number | null } } };
      };
      if (message.type !== 'next') reject(new Error(`the subscription was refused: ${data.toString()}`));
      if (message.payload?.data?.hints.statementHead == null) return;
      socket.off('message', hear);
      resolve();
    };
    socket.on('message', hear);
  });
}

/** Joins rooms of the floor. */
export async function subscribeFloor(url: string, rooms: readonly string[], heard: Heard): Promise<WebSocket> {
  const query = rooms.map((room) => `room=${room}`).join('&');
  const socket = new WebSocket(`${url.replace('http', 'ws')}/?${query}`, { skipUTF8Validation: true });
  await once(socket, 'open');
  socket.on('message', heard);
  return socket;
}

export async function closeAll(sockets: readonly WebSocket[]): Promise<void> {
  const closed = sockets.map((socket) => once(socket, 'close'));
  for (const socket of sockets) socket.close();
  await Promise.all(closed);
}
