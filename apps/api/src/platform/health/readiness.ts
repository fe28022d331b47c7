import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { AppConfig } from '../../config/index.js';
import { Log } from '../log/log.js';
import { PubSub } from '../pubsub/index.js';

const CHECK_MS = 2_000;
const TOPIC = 'health.echo';

/** Each part that requests need: whether it answers. */
export type ReadinessReport = Readonly<Record<string, 'ok' | 'failed'>>;

/** Checks what this instance depends on. */
@Injectable()
export class Readiness {
  constructor(
    private readonly config: AppConfig,
    private readonly source: DataSource,
    private readonly pubsub: PubSub,
    private readonly log: Log,
  ) {}

  async check(): Promise<ReadinessReport> {
    const checks: Record<string, Promise<unknown>> = {
      database: this.source.query('SELECT 1'),
      pubsub: this.#hearItself(),
    };
    if (this.config.meilisearch) checks['search'] = reach(`${this.config.meilisearch.url}/health`);
    if (this.config.blobs)
      checks['blobs'] = fetch(this.config.blobs.endpoint, { signal: AbortSignal.timeout(CHECK_MS) });
    const names = Object.keys(checks);
    const results = await Promise.all(names.map((name) => this.#settle(name, checks[name])));
    return Object.fromEntries(names.map((name, index) => [name, results[index] ? 'ok' : 'failed']));
  }

  async #settle(name: string, check: Promise<unknown> | undefined): Promise<boolean> {
    try {
      await Promise.race([check, timeout()]);
      return true;
    } catch (error) {
      this.log.error('health.failed', error, { part: name });
      return false;
    }
  }

  /** The way out and back shows that this instance hears others. */
  async #hearItself(): Promise<void> {
    const word = `heard ${randomUUID()}`;
    const ear = new EventEmitter();
    const heard = once(ear, word, { signal: AbortSignal.timeout(CHECK_MS) });
    const unsubscribe = await this.pubsub.subscribe(TOPIC, (payload) => ear.emit(payload));
    try {
      await Promise.all([heard, this.pubsub.publish(TOPIC, word)]);
    } finally {
      await unsubscribe();
    }
  }
}

async function timeout(): Promise<never> {
  await delay(CHECK_MS, undefined, { ref: false });
  throw new Error('no answer in time');
}

async function reach(url: string): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(CHECK_MS) });
  if (!answer.ok) throw new Error('the search engine is not well');
}
