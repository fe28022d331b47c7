import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';

import { Log } from '../platform/log/log.js';
import { PubSub } from '../platform/pubsub/index.js';
import { Callers } from './callers.js';
import { DEVICE_REVOKED_TOPIC, PERSON_CHANGED_TOPIC } from './deviceDirectory.js';
import { Sessions } from './sessions.js';
import { SocketRegistry } from './socketRegistry.js';

const SESSION_CLOSED_TOPIC = 'session.closed';
const SESSION_RENEWED_TOPIC = 'session.renewed';
/** A subscription may outlive its session by five seconds at most. */
const SOCKET_SWEEP_MS = 2_000;
const DATABASE_SWEEP_MS = 60_000;

/**
 * Carries changes of who may do what: to this instance at once, to the others by pub/sub, and by a look at the database
 * every few seconds to whoever missed it.
 */
@Injectable()
export class AccessChanges implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #timers: NodeJS.Timeout[] = [];
  #sweeping = false;

  constructor(
    private readonly callers: Callers,
    private readonly sessions: Sessions,
    private readonly sockets: SocketRegistry,
    private readonly pubsub: PubSub,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.pubsub.subscribe(DEVICE_REVOKED_TOPIC, (deviceId) => {
      this.#dropDevices(new Set([deviceId]));
    });
    await this.pubsub.subscribe(PERSON_CHANGED_TOPIC, (personId) => {
      this.#dropPerson(personId);
    });
    await this.pubsub.subscribe(SESSION_CLOSED_TOPIC, (sessionId) => {
      this.#dropSession(sessionId);
    });
    await this.pubsub.subscribe(SESSION_RENEWED_TOPIC, (sessionId) => {
      this.callers.forgetSession(sessionId);
    });
    this.pubsub.onInterruption(() => {
      this.callers.forgetAll();
    });
    this.#timers.push(setInterval(() => void this.#sweepSockets(), SOCKET_SWEEP_MS).unref());
    this.#timers.push(setInterval(() => void this.#sweepDatabase(), DATABASE_SWEEP_MS).unref());
  }

  onModuleDestroy(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Call after the transaction that recorded it: this instance refuses all of the devices before it tells the others. */
  async devicesRevoked(deviceIds: readonly string[]): Promise<void> {
    this.#dropDevices(new Set(deviceIds));
    await Promise.all(deviceIds.map((deviceId) => this.pubsub.publish(DEVICE_REVOKED_TOPIC, deviceId)));
  }

  /** Call after the transaction that changed a person's roles, clearance or post. */
  async personChanged(personId: string): Promise<void> {
    this.#dropPerson(personId);
    await this.pubsub.publish(PERSON_CHANGED_TOPIC, personId);
  }

  /** The old token is void here at once, elsewhere within seconds; sockets go on. */
  async sessionRenewed(sessionId: string): Promise<void> {
    this.callers.forgetSession(sessionId);
    await this.pubsub.publish(SESSION_RENEWED_TOPIC, sessionId);
  }

  async sessionClosed(sessionId: string): Promise<void> {
    this.#dropSession(sessionId);
    await this.pubsub.publish(SESSION_CLOSED_TOPIC, sessionId);
  }

  #dropDevices(deviceIds: ReadonlySet<string>): void {
    this.callers.forgetDevices(deviceIds);
    this.sockets.closeDevices(deviceIds);
  }

  #dropPerson(personId: string): void {
    this.callers.forgetPerson(personId);
    this.sockets.closePerson(personId);
  }

  #dropSession(sessionId: string): void {
    this.callers.forgetSession(sessionId);
    this.sockets.closeSession(sessionId);
  }

  async #sweepSockets(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      await this.sockets.sweep();
    } catch (error) {
      this.log.error('access.sweep', error);
    } finally {
      this.#sweeping = false;
    }
  }

  async #sweepDatabase(): Promise<void> {
    try {
      await this.sessions.sweep();
    } catch (error) {
      this.log.error('access.sweep', error);
    }
  }
}
