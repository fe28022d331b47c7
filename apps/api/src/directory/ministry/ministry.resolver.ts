import { Args, Int, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { suiteIds } from '#mls/wire';
import { toBase64Url } from '#primitives/verify';

import { Public } from '../../access/index.js';
import { StatementLog } from '../statements/statementLog.js';
import { Founding } from './founding.js';
import type { MinistryEntity } from './ministry.entity.js';
import { FoundMinistryInput, Ministry } from './ministry.model.js';
import { MinistryService } from './ministry.service.js';

@Resolver(() => Ministry)
export class MinistryResolver {
  constructor(
    private readonly service: MinistryService,
    private readonly founding: Founding,
    private readonly log: StatementLog,
  ) {}

  @Public()
  @Query(() => Ministry, { nullable: true, description: 'Public: whom this server serves; null before the founding' })
  async ministry(): Promise<Ministry | null> {
    const ministry = await this.service.find();
    return ministry ? toMinistry(ministry) : null;
  }

  @Public()
  @Mutation(() => Ministry, { description: 'Public, once' })
  async foundMinistry(@Args('input') input: FoundMinistryInput): Promise<Ministry> {
    return toMinistry(await this.founding.found(input));
  }

  @Public()
  @ResolveField(() => Int)
  statementCount(): Promise<number> {
    return this.log.head();
  }
}

function toMinistry({ id, name, rootFingerprint, policy }: MinistryEntity): Ministry {
  return { id, name, rootFingerprint: toBase64Url(rootFingerprint), policy, suites: [...suiteIds] };
}
