import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectTcp, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import pg from 'pg';

import { NatsPubSub } from '../../apps/api/src/platform/pubsub/natsPubSub.js';
import { PostgresPubSub } from '../../apps/api/src/platform/pubsub/postgresPubSub.js';
import type { PubSub } from '../../apps/api/src/platform/pubsub/index.js';
import { createDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';
import { describeWith } from '../support/requirements.js';

type Instance = PubSub & { open(): Promise<void>; close(): Promise<void> };

interface Carrier {
  start(): Promise<void>;
  stop(): Promise<void>;
  instance(report: (error: unknown) => void): Instance;
  /** Breaks every connection that is open now; new ones succeed. */
  breakConnections(): Promise<void>;
}

class PostgresCarrier implements Carrier {
  #database: TestDatabase | undefined;

  async start(): Promise<void> {
    this.#database = await createDatabase();
  }

  async stop(): Promise<void> {
    await this.#database?.drop();
  }

  instance(report: (error: unknown) => void): Instance {
    return new PostgresPubSub({ connectionString: this.#database?.url ?? '' }, report);
  }

  async breakConnections(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#database?.url ?? '' });
    await client.connect();
    await client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'chancery pubsub'",
    );
    await client.end();
  }
}

class NatsCarrier implements Carrier {
  #port = 0;
  #server: ChildProcess | undefined;

  async start(): Promise<void> {
    this.#port = await freePort();
    await this.#spawn();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  instance(report: (error: unknown) => void): Instance {
    return new NatsPubSub(`nats://127.0.0.1:${String(this.#port)}`, report);
  }

  async breakConnections(): Promise<void> {
    await this.stop();
    await this.#spawn();
  }

  async #spawn(): Promise<void> {
    this.#server = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(this.#port)], { stdio: 'ignore' });
    await untilAnswers(this.#port);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function untilAnswers(port: number): Promise<void> {
  for (;;) {
    const socket = connectTcp(port, '127.0.0.1');
    const answered = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => {
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    socket.destroy();
    if (answered) return;
    await delay(20);
  }
}

/** Collects payloads and lets a test wait for them. */
class Inbox {
  readonly payloads: string[] = [];
  #waiting: (() => void)[] = [];

  readonly take = (payload = '') => {
    this.payloads.push(payload);
    for (const resolve of this.#waiting.splice(0)) resolve();
  };

  async until(done: (payloads: string[]) => boolean): Promise<string[]> {
    while (!done(this.payloads)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.payloads;
  }
}

function contract(carrier: Carrier): void {
  const open: Instance[] = [];
  let errors: unknown[] = [];

  const instance = async () => {
    const made = carrier.instance((error) => errors.push(error));
    await made.open();
    open.push(made);
    return made;
  };

  beforeAll(() => carrier.start(), 60_000);
  afterAll(() => carrier.stop());
  beforeEach(() => {
    errors = [];
  });
  afterEach(async () => {
    for (const made of open.splice(0)) await made.close();
  });

  test('what one instance publishes reaches every instance, itself included', async () => {
    const [first, second] = [await instance(), await instance()];
    const inboxes = [new Inbox(), new Inbox()];
    await first.subscribe('test.all', (inboxes[0] as Inbox).take);
    await second.subscribe('test.all', (inboxes[1] as Inbox).take);
    await first.publish('test.all', 'Ташкент');
    for (const inbox of inboxes) expect(await inbox.until((got) => got.length === 1)).toEqual(['Ташкент']);
  });

  test('topics stay apart, and an ended subscription hears nothing more', async () => {
    const bus = await instance();
    const [kept, ended, end] = [new Inbox(), new Inbox(), new Inbox()];
    await bus.subscribe('test.one', kept.take);
    const unsubscribe = await bus.subscribe('test.two', ended.take);
    await bus.subscribe('test.end', end.take);
    await unsubscribe();
    await unsubscribe();
    await bus.publish('test.two', 'unheard');
    await bus.publish('test.one', 'heard');
    await bus.publish('test.end', '');
    await end.until((got) => got.length === 1);
    expect([kept.payloads, ended.payloads]).toEqual([['heard'], []]);
  });

  test('two thousand payloads published at once all arrive', async () => {
    const [first, second] = [await instance(), await instance()];
    const inbox = new Inbox();
    await second.subscribe('test.many', inbox.take);
    const sent = Array.from({ length: 2000 }, (_, index) => String(index));
    await Promise.all(sent.map((payload) => first.publish('test.many', payload)));
    const got = await inbox.until((payloads) => payloads.length === sent.length);
    expect(new Set(got)).toEqual(new Set(sent));
  });

  test('a payload of 7999 bytes passes, a longer one and a strange topic are refused', async () => {
    const bus = await instance();
    const inbox = new Inbox();
    await bus.subscribe('test.size', inbox.take);
    await bus.publish('test.size', 'x'.repeat(7999));
    await inbox.until((got) => got[0]?.length === 7999);
    await expect(bus.publish('test.size', 'x'.repeat(8000))).rejects.toThrow(RangeError);
    await expect(bus.publish('test.size', 'ж'.repeat(4000))).rejects.toThrow(RangeError);
    await expect(bus.publish('test."; DROP', 'x')).rejects.toThrow(RangeError);
    await expect(bus.subscribe('test.>', inbox.take)).rejects.toThrow(RangeError);
  });

  test('a handler that throws is reported and kept, and the others still hear', async () => {
    const bus = await instance();
    const inbox = new Inbox();
    await bus.subscribe('test.throws', () => {
      throw new Error('handler');
    });
    await bus.subscribe('test.throws', inbox.take);
    await bus.publish('test.throws', 'a');
    await bus.publish('test.throws', 'b');
    await inbox.until((got) => got.length === 2);
    expect(errors).toHaveLength(2);
  });

  test('a broken connection heals by itself and says that payloads may be lost', async () => {
    const [first, second] = [await instance(), await instance()];
    const [inbox, interrupted] = [new Inbox(), [new Inbox(), new Inbox()] as const];
    await second.subscribe('test.heal', inbox.take);
    first.onInterruption(() => {
      interrupted[0].take();
    });
    second.onInterruption(() => {
      interrupted[1].take();
    });
    await carrier.breakConnections();
    for (const one of interrupted) await one.until((got) => got.length > 0);
    await first.publish('test.heal', 'after');
    expect(await inbox.until((got) => got.includes('after'))).toContain('after');
  });

  test('what is published while the connection is broken arrives, or everybody learns that something was lost', async () => {
    const [first, second] = [await instance(), await instance()];
    const inbox = new Inbox();
    await second.subscribe('test.later', inbox.take);
    await carrier.breakConnections();
    second.onInterruption(() => {
      inbox.take('interrupted');
    });
    await first.publish('test.later', 'meanwhile');
    await inbox.until((got) => got.length > 0);
  });
}

describe('pub/sub by PostgreSQL LISTEN/NOTIFY', () => {
  contract(new PostgresCarrier());
});

describeWith('nats', 'pub/sub by NATS', () => {
  contract(new NatsCarrier());
});
