import { Module } from '@nestjs/common';

import { JobsModule } from '../platform/jobs/index.js';
import { HealthResolver } from './health.resolver.js';
import { HealthService } from './health.service.js';
import { JobsResolver } from './jobs.resolver.js';
import { JobsService } from './jobs.service.js';

/** What those who keep the house may know of the server itself: how it is, never what it holds. */
@Module({
  imports: [JobsModule],
  providers: [HealthResolver, HealthService, JobsResolver, JobsService],
})
export class UpkeepModule {}
