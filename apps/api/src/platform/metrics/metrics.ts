import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const NANOSECONDS = 1e9;
const MILLISECONDS = 1000;

/** What this instance counts, in Prometheus' format. Labels are names of fields and codes, never identifiers. */
@Injectable()
export class Metrics implements OnModuleDestroy {
  readonly registry = new Registry();
  readonly #loop = monitorEventLoopDelay({ resolution: 20 });
  readonly #durations: Histogram<'operation' | 'field'>;
  readonly #failures: Counter<'field' | 'code'>;

  constructor() {
    const registers = [this.registry];
    this.#durations = new Histogram({
      name: 'chancery_graphql_request_seconds',
      help: 'Time that a GraphQL request takes; its count is the number of requests',
      labelNames: ['operation', 'field'],
      buckets: BUCKETS_SECONDS,
      registers,
    });
    this.#failures = new Counter({
      name: 'chancery_graphql_errors_total',
      help: 'Errors that GraphQL requests ended with',
      labelNames: ['field', 'code'],
      registers,
    });
    this.#loop.enable();
    this.gauge('chancery_event_loop_lag_p99_seconds', 'How late timers ran since the last scrape', () => this.#lag());
    this.gauge('chancery_memory_resident_bytes', 'Resident memory of the process', () => process.memoryUsage.rss());
    this.gauge('chancery_memory_heap_bytes', 'Used heap of the process', () => process.memoryUsage().heapUsed);
  }

  onModuleDestroy(): void {
    this.#loop.disable();
  }

  /** Registers a value that is read when somebody asks for the metrics. */
  gauge(name: string, help: string, read: () => number): void {
    const collect = function (this: Gauge) {
      this.set(read());
    };
    this.registry.registerMetric(new Gauge({ name, help, collect, registers: [] }));
  }

  /** @param field - the first root field, or `invalid` for requests that were never executed */
  observeRequest(operation: string, field: string, milliseconds: number): void {
    this.#durations.labels(operation, field).observe(milliseconds / MILLISECONDS);
  }

  countError(field: string, code: string): void {
    this.#failures.labels(field, code).inc();
  }

  #lag(): number {
    const lag = this.#loop.percentile(99) / NANOSECONDS;
    this.#loop.reset();
    return lag;
  }
}
