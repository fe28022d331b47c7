import { createClient } from 'graphql-ws';
import type { Client as SocketClient } from 'graphql-ws';

import { HintsDocument } from '#contracts';
import type { HintsSubscription } from '#contracts';

import { hasCode } from '../errors.js';
import type { HintHandlers, HintSubscription } from '../ports/transport.js';

const PING_MS = 15_000;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

/** Where the server is, and by which implementation it is reached; undefined: the platform's own. */
export interface Line {
  readonly origin: string;
  readonly webSocket?: unknown;
}

/** One subscription that comes back after every loss, with waits that grow and differ from client to client. */
export function subscribeToHints(line: Line, handlers: HintHandlers, token: () => Promise<string>): HintSubscription {
  const subscription = new Subscription(line, handlers, token);
  const running = subscription.run();
  return {
    close: async () => {
      subscription.stop();
      await running;
    },
  };
}

class Subscription {
  private stopped = false;
  private failures = 0;
  private wake: () => void = () => undefined;
  private socket: SocketClient | undefined;

  constructor(
    private readonly line: Line,
    private readonly handlers: HintHandlers,
    private readonly token: () => Promise<string>,
  ) {}

  async run(): Promise<void> {
    while (!this.isStopped()) {
      try {
        await this.connectOnce(await this.token());
      } catch (error) {
        if (hasCode(error, 'DEVICE_REVOKED')) {
          this.handlers.refused(error);
          return;
        }
      }
      if (!this.isStopped()) await this.pause();
    }
  }

  stop(): void {
    this.stopped = true;
    if (this.socket) discard(this.socket);
    this.wake();
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  /** Resolves when this connection has ended, for whatever reason. */
  private connectOnce(token: string): Promise<void> {
    const socket = createClient({
      url: `${this.line.origin.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: this.line.webSocket,
      keepAlive: PING_MS,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${token}` },
      on: { connected: this.handleConnected },
    });
    this.socket = socket;
    return new Promise<void>((resolve) => {
      const ended = (): void => {
        resolve();
      };
      socket.subscribe<HintsSubscription>(
        { query: HintsDocument.toString() },
        {
          next: ({ data }) => {
            if (data) this.handlers.hint(data.hints);
          },
          error: ended,
          complete: ended,
        },
      );
    }).finally(() => {
      discard(socket);
      this.handlers.disconnected();
    });
  }

  private readonly handleConnected = (): void => {
    this.failures = 0;
    this.handlers.connected();
  };

  private pause(): Promise<void> {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
    this.failures = Math.min(this.failures + 1, 10);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, longest * (0.5 + Math.random() / 2));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** What is not wanted any more may fail while it is being connected: that is nobody's error, and must not end the process. */
function discard(socket: SocketClient): void {
  Promise.resolve(socket.dispose()).catch(() => undefined);
}
