import { Args, Int, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { suiteIds } from '#mls/wire';
import { toBase64Url } from '#primitives/verify';

import { Authenticated, Public } from '../../access/index.js';
import { StatementLog } from '../statements/statementLog.js';
import { Founding } from './founding.js';
import { decodeCursor, pageSize, toConnection } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import type { MinistryEntity, SecurityPolicyEntity } from './ministry.entity.js';
import { FoundMinistryInput, Ministry, SecurityPolicyConnection } from './ministry.model.js';
import type { SecurityPolicyVersion } from './ministry.model.js';
import { MinistryService } from './ministry.service.js';
import { Policies } from './policies.js';

/** A policy may be long. */
const MAX_POLICIES = 20;

@Resolver(() => Ministry)
export class MinistryResolver {
  constructor(
    private readonly service: MinistryService,
    private readonly founding: Founding,
    private readonly log: StatementLog,
    private readonly policies: Policies,
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

  @Public()
  @ResolveField(() => String, { description: 'The security policy in force, as JSON text (see libs/policy)' })
  async policy(): Promise<string> {
    return (await this.policies.inForce()).text;
  }

  @Authenticated()
  @Query(() => SecurityPolicyConnection, { description: 'Newest first: the one in force, then those before it' })
  async securityPolicies(
    @Args('first', { type: () => Int, defaultValue: 20, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<Connection<SecurityPolicyVersion>> {
    const limit = pageSize(first ?? 20, MAX_POLICIES);
    const [before] = decodeCursor(after, ['number']) ?? [];
    const rows = await this.policies.page(limit + 1, before === undefined ? undefined : Number(before));
    return toConnection(rows, limit, ({ seq }) => [seq], toVersion);
  }
}

function toMinistry({ id, name, rootFingerprint }: MinistryEntity): Ministry {
  return { id, name, rootFingerprint: toBase64Url(rootFingerprint), suites: [...suiteIds] };
}

function toVersion({ seq, hash, policy, inForceSince }: SecurityPolicyEntity): SecurityPolicyVersion {
  return { seq, hash: toBase64Url(hash), policy, inForceSince };
}
