import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import pg from 'pg';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import { cpuSeconds, memory, serveParent } from '../process.js';

/**
 * The least that a durable, ordered chat server can do on this machine: no sessions, no checks, no GraphQL. One autocommit
 * statement takes the room's next number and inserts the row; then every socket of the room gets the message.
 */
const POOL = 16;
const TABLES = `
  CREATE TABLE room (id text PRIMARY KEY, last_seq integer NOT NULL);
  CREATE TABLE message (
    room_id text NOT NULL, seq integer NOT NULL, sender text NOT NULL, sent_at timestamptz NOT NULL DEFAULT now(),
    payload bytea NOT NULL, PRIMARY KEY (room_id, seq)
  )`;
const APPEND = {
  name: 'append',
  text: `
    WITH next AS (UPDATE room SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq)
    INSERT INTO message (room_id, seq, sender, payload) SELECT $1, last_seq, $2, $3 FROM next
    RETURNING seq, sent_at`,
};
const READ = {
  name: 'read',
  text: 'SELECT seq, sender, sent_at, payload FROM message WHERE room_id = $1 AND seq > $2 ORDER BY seq LIMIT $3',
};

interface Sent {
  readonly room: string;
  readonly sender: string;
  readonly payload: string;
}

interface Row {
  readonly seq: number;
  readonly sender: string;
  readonly sent_at: Date;
  readonly payload: Buffer;
}

const rooms = new Map<string, Set<WebSocket>>();
let pool: pg.Pool;

async function start(databaseUrl: string): Promise<string> {
  pool = new pg.Pool({ connectionString: databaseUrl, max: POOL });
  await pool.query(TABLES);
  const server = createServer((request, response) => void handle(request, response));
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket, request) => {
    for (const room of parametersOf(request).getAll('room')) join(room, socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function join(room: string, socket: WebSocket): void {
  const members = rooms.get(room) ?? new Set<WebSocket>();
  rooms.set(room, members.add(socket));
  socket.on('close', () => members.delete(socket));
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const answer =
      request.method === 'POST' ? await append(JSON.parse(await bodyOf(request)) as Sent) : await read(request);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function append({ room, sender, payload }: Sent): Promise<unknown> {
  const { rows } = await pool.query<Row>({ ...APPEND, values: [room, sender, Buffer.from(payload, 'base64')] });
  const [row] = rows;
  const message = JSON.stringify({ room, seq: row?.seq, sender, sentAt: row?.sent_at, payload });
  for (const socket of rooms.get(room) ?? []) socket.send(message);
  return { seq: row?.seq, sentAt: row?.sent_at };
}

async function read(request: IncomingMessage): Promise<unknown> {
  const parameters = parametersOf(request);
  const values = [parameters.get('room'), Number(parameters.get('after')), Number(parameters.get('first'))];
  const { rows } = await pool.query<Row>({ ...READ, values });
  return rows.map(({ seq, sender, sent_at: sentAt, payload }) => ({
    seq,
    sender,
    sentAt,
    payload: payload.toString('base64'),
  }));
}

function parametersOf(request: IncomingMessage): URLSearchParams {
  return new URL(request.url ?? '/', 'http://floor').searchParams;
}

serveParent({
  start,
  rooms: async (ids: readonly string[]) => {
    await pool.query('INSERT INTO room (id, last_seq) SELECT id, 0 FROM unnest($1::text[]) AS id', [ids]);
  },
  memory,
  cpuSeconds,
});
