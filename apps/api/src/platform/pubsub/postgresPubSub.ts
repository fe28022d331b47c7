import { setTimeout as delay } from 'node:timers/promises';

import pg from 'pg';

import { Handlers } from './handlers.js';
import { LOST, PubSub, checkPayload, checkTopic } from './pubsub.js';
import type { Unsubscribe } from './pubsub.js';

const APPLICATION_NAME = 'chancery pubsub';
/** Counts the instances that are connected: each has one such connection to the database. */
export const INSTANCES = `SELECT count(*)::integer AS count FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = '${APPLICATION_NAME}'`;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
const CONNECT_MS = 10_000;
/** A connection that nobody closed may be dead all the same; a question that stays unanswered shows it. */
const HEARTBEAT_MS = 15_000;
const ANSWER_MS = 10_000;
const MAX_QUEUED = 10_000;
const MAX_FLUSHED = 500;

interface Publication {
  readonly topic: string;
  readonly payload: string;
}

/**
 * Pub/sub by PostgreSQL LISTEN/NOTIFY over one connection of its own. What is published while a notification is on its
 * way goes with the next one, in one statement. A broken connection is made again, listens again and announces that
 * payloads may have been lost.
 */
export class PostgresPubSub extends PubSub {
  readonly #handlers: Handlers;
  readonly #ended = new AbortController();
  #client: pg.Client | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #queue = new Map<string, Publication>();
  #flushing = false;

  /** @param report - told about every error of the connection or of a handler */
  constructor(
    private readonly connection: pg.ClientConfig,
    private readonly report: (error: unknown) => void,
  ) {
    super();
    this.#handlers = new Handlers(report);
    this.#handlers.add(LOST, () => {
      this.#handlers.announceInterruption();
    });
  }

  /** Connects; rejects with the driver's error when the database cannot be reached. */
  async open(): Promise<void> {
    await this.#connect();
    this.#heartbeat = setInterval(() => void this.#checkAlive(), HEARTBEAT_MS).unref();
  }

  async close(): Promise<void> {
    this.#ended.abort();
    clearInterval(this.#heartbeat);
    await this.#client?.end();
    this.#client = undefined;
  }

  override publish(topic: string, payload: string): Promise<void> {
    return Promise.resolve().then(() => {
      checkTopic(topic);
      checkPayload(payload);
      this.#enqueue({ topic, payload });
    });
  }

  override async subscribe(topic: string, handler: (payload: string) => void): Promise<Unsubscribe> {
    checkTopic(topic);
    // an own function, so that one handler may be subscribed twice
    const own = (payload: string) => {
      handler(payload);
    };
    if (this.#handlers.add(topic, own)) await this.#tell(`LISTEN "${topic}"`);
    return async () => {
      if (this.#handlers.remove(topic, own)) await this.#tell(`UNLISTEN "${topic}"`);
    };
  }

  override onInterruption(handler: () => void): Unsubscribe {
    return this.#handlers.addInterruption(handler);
  }

  /** Without a connection there is nothing to tell: the next one begins with every topic that has handlers then. */
  async #tell(statement: string): Promise<void> {
    try {
      await this.#client?.query(statement);
    } catch (error) {
      this.report(error);
      this.#lose(this.#client);
    }
  }

  #enqueue(publication: Publication): void {
    if (this.#queue.size >= MAX_QUEUED) this.#queue = new Map([[LOST, { topic: LOST, payload: '' }]]);
    this.#queue.set(`${publication.topic} ${publication.payload}`, publication);
    void this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    while (this.#client && this.#queue.size > 0) await this.#flushOnce(this.#client);
    this.#flushing = false;
  }

  async #flushOnce(client: pg.Client): Promise<void> {
    const batch = [...this.#queue].slice(0, MAX_FLUSHED);
    for (const [key] of batch) this.#queue.delete(key);
    const topics = batch.map(([, { topic }]) => topic);
    const payloads = batch.map(([, { payload }]) => payload);
    try {
      const text = 'SELECT pg_notify(n.topic, n.payload) FROM unnest($1::text[], $2::text[]) AS n(topic, payload)';
      await client.query({ name: 'publish', text, values: [topics, payloads] });
    } catch (error) {
      this.report(error);
      // whether they went out is unknown; twice is harmless, never is not
      for (const [key, publication] of batch) this.#queue.set(key, publication);
      this.#lose(client);
    }
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      ...this.connection,
      application_name: APPLICATION_NAME,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    client.on('error', this.report);
    client.on('notification', ({ channel, payload }) => {
      this.#handlers.dispatch(channel, payload ?? '');
    });
    try {
      await client.connect();
      // known before it listens, so that a topic subscribed meanwhile is listened to as well
      this.#client = client;
      // hints need no disk: whoever misses one reads the database
      const listening = this.#handlers.topics().map((topic) => `LISTEN "${topic}"`);
      await client.query(['SET synchronous_commit = off', ...listening].join('; '));
    } catch (error) {
      this.#client = undefined;
      await client.end().catch(this.report);
      throw error;
    }
    client.once('end', () => {
      this.#lose(client);
    });
    void this.#flush();
  }

  #lose(client: pg.Client | undefined): void {
    if (!client || client !== this.#client) return;
    this.#client = undefined;
    void client.end().catch(this.report);
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    for (let wait = FIRST_RETRY_MS; await this.#pause(wait); wait = Math.min(wait * 2, LAST_RETRY_MS)) {
      try {
        await this.#connect();
        if (this.#ended.signal.aborted) await this.close();
        else this.#handlers.announceInterruption();
        return;
      } catch (error) {
        this.report(error);
      }
    }
  }

  /** Returns false when `close` was called meanwhile. */
  async #pause(milliseconds: number): Promise<boolean> {
    const { signal } = this.#ended;
    await delay(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
    return !signal.aborted;
  }

  async #checkAlive(): Promise<void> {
    const client = this.#client;
    try {
      await client?.query('SELECT 1');
    } catch (error) {
      this.report(error);
      this.#lose(client);
    }
  }
}
