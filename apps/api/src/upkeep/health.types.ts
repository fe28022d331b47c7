import { Field, Int, ObjectType } from '@nestjs/graphql';

import { DateTime } from '../platform/graphql/index.js';

@ObjectType({ description: 'Something that requests need' })
export class HealthPart {
  @Field(() => String, { description: 'database, pubsub, search or blobs' })
  name!: string;

  @Field(() => Boolean)
  isWell!: boolean;
}

@ObjectType({ description: 'Work that was tried too often and is not tried any more' })
export class RefusedJobs {
  @Field(() => String)
  kind!: string;

  @Field(() => String, { description: 'Code of the last failure' })
  code!: string;
}

@ObjectType({ description: 'Work that is done at its time' })
export class JobsHealth {
  @Field(() => Boolean, { description: 'Whether anything has been due for more than a minute' })
  isLate!: boolean;

  @Field(() => [RefusedJobs])
  refused!: RefusedJobs[];
}

@ObjectType()
export class ServerHealth {
  @Field(() => String)
  version!: string;

  @Field(() => String, { description: 'Name of the newest migration of the database' })
  migration!: string;

  @Field(() => DateTime, { description: 'When the instance that answers was started' })
  startedAt!: Date;

  @Field(() => Int, { nullable: true, description: 'Null where they find each other without the database' })
  instances!: number | null;

  @Field(() => [HealthPart])
  parts!: HealthPart[];

  @Field(() => Int, {
    description: 'Room that the database takes up, in whole GiB, rounded up: more exactly it would tell of papers',
  })
  databaseGibibytes!: number;

  @Field(() => Int, { description: 'Changes that the search index does not have yet, in whole hundreds, rounded up' })
  indexPending!: number;

  @Field(() => JobsHealth)
  jobs!: JobsHealth;
}
