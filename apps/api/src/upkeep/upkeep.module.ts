import { Module } from '@nestjs/common';

import { JobsModule } from '../platform/jobs/index.js';
import { HealthResolver } from './health.resolver.js';
import { HealthService } from './health.service.js';

/** What those who keep the house may know of the server itself: how it is, never what it holds. */
@Module({
  imports: [JobsModule],
  providers: [HealthResolver, HealthService],
})
export class UpkeepModule {}
