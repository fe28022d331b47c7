import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { JobEntity } from './job.entity.js';
import { Jobs } from './jobs.js';
import { JobWorker } from './jobWorker.js';

/** Work that is done at its time, exactly once. */
@Module({
  imports: [TypeOrmModule.forFeature([JobEntity])],
  providers: [Jobs, JobWorker],
  exports: [Jobs],
})
export class JobsModule {}
