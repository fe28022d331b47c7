import { createClient } from 'graphql-ws';
import type { Client as SocketClient } from 'graphql-ws';

import { HintsDocument } from '#contracts';
import type { HintsSubscription } from '#contracts';

import { hasCode } from '../errors.js';
import type { Timer } from '../ports/timer.js';
import type { HintHandlers, HintSubscription } from '../ports/transport.js';

/** So long after each answer the server is asked again whether it is there. */
const PING_MS = 30_000;
/** A line on which nothing has come for so long is dead, though nobody has said so: the system may take a quarter of an hour to notice. */
const SILENT_MS = 2 * PING_MS;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

/** Where the server is, by which implementation it is reached, and whose clock tells how long it is silent; undefined: the platform's own. */
export interface Line {
  readonly origin: string;
  readonly webSocket?: unknown;
  readonly timer?: Pick<Timer, 'after'>;
}

const platformTimer: Pick<Timer, 'after'> = {
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};

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
  private end: () => void = () => undefined;

  constructor(
    private readonly line: Line,
    private readonly handlers: HintHandlers,
    private readonly token: () => Promise<string>,
  ) {}

  async run(): Promise<void> {
    while (!this.isStopped()) {
      try {
        const token = await this.token();
        if (!this.isStopped()) await this.connectOnce(token);
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
    this.end();
    this.wake();
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  /** Resolves when this connection has ended, for whatever reason: what it still brings after that is nobody's. */
  private async connectOnce(token: string): Promise<void> {
    const ending = new Ending();
    const silence = new Silence(this.line.timer ?? platformTimer, ending.end);
    const socket = this.connect(token, ending, silence);
    this.end = ending.end;
    const unsubscribe = socket.subscribe<HintsSubscription>(
      { query: HintsDocument.toString() },
      {
        next: ({ data }) => {
          if (data && !ending.isOver) this.handlers.hint(data.hints);
        },
        error: ending.end,
        complete: ending.end,
      },
    );
    await ending.reached;
    silence.forget();
    unsubscribe();
    discard(socket);
    this.handlers.disconnected();
  }

  private connect(token: string, ending: Ending, silence: Silence): SocketClient {
    return createClient({
      url: `${this.line.origin.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: this.line.webSocket,
      keepAlive: PING_MS,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${token}` },
      on: {
        message: () => {
          if (!ending.isOver) silence.break();
        },
        connected: () => {
          if (ending.isOver) return;
          this.failures = 0;
          this.handlers.connected();
        },
      },
    });
  }

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

/** The end of a connection, which comes once, whoever notices it first. */
class Ending {
  isOver = false;
  readonly reached: Promise<void>;
  private resolve: () => void = () => undefined;

  constructor() {
    this.reached = new Promise((resolve) => (this.resolve = resolve));
  }

  readonly end = (): void => {
    this.isOver = true;
    this.resolve();
  };
}

/** Waits for a line to be silent for too long. Anything that comes breaks the silence, be it the answer to a ping or not, however late. */
class Silence {
  private cancel: () => void;

  constructor(
    private readonly timer: Pick<Timer, 'after'>,
    private readonly tooLong: () => void,
  ) {
    this.cancel = timer.after(SILENT_MS, tooLong);
  }

  break(): void {
    this.cancel();
    this.cancel = this.timer.after(SILENT_MS, this.tooLong);
  }

  forget(): void {
    this.cancel();
  }
}

/** What is not wanted any more may fail while it is being connected: that is nobody's error, and must not end the process. */
function discard(socket: SocketClient): void {
  Promise.resolve(socket.dispose()).catch(() => undefined);
}
