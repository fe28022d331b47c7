import type { Server } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';

import type { Log } from '../log/log.js';
import type { SocketExtra } from './socketOptions.js';

const PING_MS = 15_000;
const INTERNAL_ERROR = 4500;
const TOO_MANY_REQUESTS = 4429;
const MESSAGES_PER_WINDOW = 300;
const WINDOW_MS = 60_000;
/** A client that reads slower than its hints arrive is cut off: it fetches after its cursor when it comes back. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** One WebSocket and the protocol on it: keeps it alive, counts what comes in, bounds what waits to go out. */
export class SocketConnection {
  #windowEnds = 0;
  #messages = 0;
  #alive = true;

  constructor(
    private readonly socket: WebSocket,
    private readonly log: Log,
  ) {}

  serve(protocol: Server<SocketExtra>, client: Omit<SocketExtra, 'socket'>): void {
    const { socket } = this;
    socket.on('error', () => {
      socket.terminate(); // broken frames, or larger than allowed
    });
    const heartbeat = setInterval(() => {
      this.#beat();
    }, PING_MS);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => this.#send(data),
        close: (code, reason) => {
          socket.close(code, reason);
        },
        onMessage: (handle) => socket.on('message', (data) => void this.#receive(data, handle)),
      },
      { ...client, socket },
    );
    socket.on('pong', () => (this.#alive = true));
    socket.once('close', (code, reason) => {
      clearInterval(heartbeat);
      void this.#guard(closed(code, reason.toString()));
    });
  }

  async #receive(data: RawData, handle: (message: string) => Promise<void>): Promise<void> {
    if (this.#isFlood()) {
      this.socket.close(TOO_MANY_REQUESTS, 'RATE_LIMITED');
      return;
    }
    await this.#guard(handle(data instanceof Buffer ? data.toString() : ''));
  }

  #isFlood(): boolean {
    const now = performance.now();
    if (now > this.#windowEnds) {
      this.#windowEnds = now + WINDOW_MS;
      this.#messages = 0;
    }
    return ++this.#messages > MESSAGES_PER_WINDOW;
  }

  /** Resolves when handed to the socket, not when sent: a slow client must not hold up the source of its hints. */
  #send(data: string): Promise<void> {
    const { socket } = this;
    if (socket.readyState === socket.OPEN) socket.send(data);
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
    return Promise.resolve();
  }

  #beat(): void {
    if (!this.#alive) {
      this.socket.terminate();
      return;
    }
    this.#alive = false;
    this.socket.ping();
  }

  async #guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.log.error('socket.failed', error);
      this.socket.close(INTERNAL_ERROR, 'INTERNAL');
    }
  }
}
