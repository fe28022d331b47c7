import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { Metrics } from './metrics.js';

/** The part of `pg.Pool` that is counted. */
interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** Use of the pool of database connections. */
@Injectable()
export class PoolMetrics {
  constructor(metrics: Metrics, source: DataSource) {
    const pool = () => (source.driver as unknown as { master: Pool }).master;
    metrics.gauge('chancery_database_connections', 'Open connections', () => pool().totalCount);
    metrics.gauge('chancery_database_connections_idle', 'Connections without work', () => pool().idleCount);
    metrics.gauge('chancery_database_requests_waiting', 'Queries that wait for one', () => pool().waitingCount);
  }
}
