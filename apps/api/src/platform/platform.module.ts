import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';

import { Clock } from './clock.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { Log } from './log/log.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.js';
import { PoolMetrics } from './metrics/poolMetrics.js';
import { PublicOrigin } from './publicOrigin.js';
import { RefusalFilter } from './refusalFilter.js';

/** What every feature may use without importing its module. */
@Global()
@Module({
  controllers: [HealthController, MetricsController],
  providers: [
    Clock,
    Log,
    Metrics,
    PoolMetrics,
    PublicOrigin,
    Readiness,
    { provide: APP_FILTER, useClass: RefusalFilter },
  ],
  exports: [Clock, Log, Metrics, PublicOrigin, Readiness],
})
export class PlatformModule {}
