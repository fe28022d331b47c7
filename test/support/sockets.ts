import { once } from 'node:events';

import WebSocket from 'ws';

import type { TestServer } from './server.js';

/** A message of the protocol graphql-transport-ws. */
export interface SocketMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A client's socket, spoken to message by message, so that a test can also say what a good client never says. */
export class TestSocket {
  readonly #messages: SocketMessage[] = [];
  readonly #socket: WebSocket;
  /** Resolves with code and reason when the server or the test has closed it. */
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(
    server: Pick<TestServer, 'url'>,
    protocol = 'graphql-transport-ws',
    headers: Record<string, string> = {},
  ) {
    this.#socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, protocol, { headers });
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (data: Buffer) => {
      this.#messages.push(JSON.parse(data.toString()) as SocketMessage);
      this.#socket.emit('heard');
    });
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** Resolves when the server has accepted the connection. */
  async open(): Promise<this> {
    if (this.#socket.readyState !== WebSocket.OPEN) await once(this.#socket, 'open');
    return this;
  }

  /** Presents a token; resolves with the server's answer. */
  async authenticate(token?: string): Promise<this> {
    await this.open();
    this.send({ type: 'connection_init', payload: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    return this;
  }

  send(message: unknown): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(query: string, id = '1'): void {
    this.send({ id, type: 'subscribe', payload: { query } });
  }

  /** The next message that was not taken yet. */
  async next(): Promise<SocketMessage> {
    for (;;) {
      const message = this.#messages.shift();
      if (message) return message;
      await once(this.#socket, 'heard');
    }
  }

  close(): void {
    this.#socket.terminate();
  }
}
