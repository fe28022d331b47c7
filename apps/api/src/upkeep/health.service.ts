import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { AppConfig } from '../config/index.js';
import { pendingRoughly } from '../knowledge/index.js';
import { Readiness } from '../platform/health/readiness.js';
import { Jobs } from '../platform/jobs/index.js';
import { INSTANCES } from '../platform/pubsub/index.js';
import type { ServerHealth } from './health.types.js';

const GIBIBYTE = 1024 ** 3;

/** Looks at the server from inside; says nothing by which papers could be counted, since who asks may be cleared for none. */
@Injectable()
export class HealthService {
  private readonly startedAt = new Date();
  private readonly version = versionOf();

  constructor(
    private readonly source: DataSource,
    private readonly config: AppConfig,
    private readonly readiness: Readiness,
    private readonly jobs: Jobs,
  ) {}

  async health(): Promise<ServerHealth> {
    const report = await this.readiness.check();
    const parts = Object.entries(report).map(([name, state]) => ({ name, isWell: state === 'ok' }));
    const { bytes, migration } = await this.database();
    return {
      version: this.version,
      migration,
      startedAt: this.startedAt,
      instances: this.config.natsUrl === undefined ? await this.instances() : null,
      parts,
      databaseGibibytes: Math.ceil(bytes / GIBIBYTE),
      indexPending: await pendingRoughly(this.source.manager),
      jobs: await this.jobs.outlook(),
    };
  }

  private async database(): Promise<{ bytes: number; migration: string }> {
    const [row] = await this.source.query<{ bytes: number; migration: string | null }[]>(
      `SELECT pg_database_size(current_database())::float8 AS bytes,
         (SELECT name FROM migration ORDER BY id DESC LIMIT 1) AS migration`,
    );
    return { bytes: row?.bytes ?? 0, migration: row?.migration ?? '' };
  }

  private async instances(): Promise<number> {
    const [row] = await this.source.query<{ count: number }[]>(INSTANCES);
    return row?.count ?? 0;
  }
}

function versionOf(folder = import.meta.dirname): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return versionOf(dirname(folder));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
