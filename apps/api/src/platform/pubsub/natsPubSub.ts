import { connect } from '@nats-io/transport-node';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';

import { Refusal } from '../refusal.js';
import { Handlers } from './handlers.js';
import { LOST, PubSub, checkPayload, checkTopic } from './pubsub.js';
import type { Unsubscribe } from './pubsub.js';

/** Keeps our subjects apart from those of other programs on the same NATS. */
const PREFIX = 'chancery.';
const CONNECT_MS = 10_000;
const RECONNECT_MS = 250;
const PING_MS = 15_000;

/**
 * Pub/sub by NATS core. Reconnects by itself and subscribes again. What was published meanwhile is lost, so every
 * instance is told then.
 */
export class NatsPubSub extends PubSub {
  readonly #handlers: Handlers;
  readonly #subscriptions = new Map<string, Subscription>();
  #connection: NatsConnection | undefined;

  /** @param report - told about every error of the connection or of a handler */
  constructor(
    private readonly url: string,
    private readonly report: (error: unknown) => void,
  ) {
    super();
    this.#handlers = new Handlers(report);
  }

  /** Connects; throws CONFIG_INVALID when no NATS answers at the address. */
  async open(): Promise<void> {
    const options = { name: 'chancery', timeout: CONNECT_MS, pingInterval: PING_MS, maxReconnectAttempts: -1 };
    try {
      this.#connection = await connect({ servers: this.url, reconnectTimeWait: RECONNECT_MS, ...options });
    } catch {
      throw new Refusal('CONFIG_INVALID', 'no NATS server answers at the address', { field: 'NATS_URL' });
    }
    await this.#listen(LOST, () => {
      this.#handlers.announceInterruption();
    });
    void this.#watch(this.#connection);
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  override publish(topic: string, payload: string): Promise<void> {
    return Promise.resolve().then(() => {
      checkTopic(topic);
      checkPayload(payload);
      this.#open().publish(PREFIX + topic, payload);
    });
  }

  override async subscribe(topic: string, handler: (payload: string) => void): Promise<Unsubscribe> {
    checkTopic(topic);
    // an own function, so that one handler may be subscribed twice
    const own = (payload: string) => {
      handler(payload);
    };
    if (this.#handlers.add(topic, own)) {
      await this.#listen(topic, (payload) => {
        this.#handlers.dispatch(topic, payload);
      });
    }
    return () => {
      if (this.#handlers.remove(topic, own)) this.#subscriptions.get(topic)?.unsubscribe();
      return Promise.resolve();
    };
  }

  override onInterruption(handler: () => void): Unsubscribe {
    return this.#handlers.addInterruption(handler);
  }

  /** Resolves when the server knows of the subscription, unless the connection is broken just now. */
  async #listen(topic: string, take: (payload: string) => void): Promise<void> {
    const connection = this.#open();
    const callback = (error: Error | null, message: Msg) => {
      if (error) this.report(error);
      else take(message.string());
    };
    this.#subscriptions.set(topic, connection.subscribe(PREFIX + topic, { callback }));
    await connection.flush().catch(this.report);
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'reconnect') await this.#announceLoss(connection).catch(this.report);
      if (status.type === 'error') this.report(status.error);
    }
  }

  /** Only when the server has taken our subscriptions again, so that what is published from now on arrives. */
  async #announceLoss(connection: NatsConnection): Promise<void> {
    await connection.flush();
    connection.publish(PREFIX + LOST);
  }

  #open(): NatsConnection {
    if (!this.#connection) throw new Error('the connection to NATS is not open');
    return this.#connection;
  }
}
