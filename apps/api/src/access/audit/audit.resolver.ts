import { Args, Int, Query, Resolver } from '@nestjs/graphql';

import { pageSize } from '../../platform/graphql/index.js';
import { Authenticated, CurrentCaller, Requires } from '../rules.js';
import type { Caller } from '../rules.js';
import { AuditEntryType, AuditFilter, AuditPage } from './audit.types.js';
import { AuditTrail } from './auditTrail.js';
import { RepeatedNotes } from './repeatedNotes.js';

const MAX_AUDIT_PAGE = 1000;

@Resolver()
export class AuditResolver {
  constructor(
    private readonly trail: AuditTrail,
    private readonly repeated: RepeatedNotes,
  ) {}

  @Authenticated()
  @Query(() => AuditEntryType, { nullable: true, description: 'The newest administrative act of this very device' })
  ownNewestAct(@CurrentCaller() { deviceId }: Caller): Promise<AuditEntryType | null> {
    return this.trail.newestActOf(deviceId);
  }

  @Requires('audit.read')
  @Query(() => AuditPage, { description: 'Newest first; with `after`, oldest first' })
  async auditEntries(
    @CurrentCaller() { deviceId: device, personId: person }: Caller,
    @Args('first', { type: () => Int, defaultValue: 100, nullable: true }) first: number | null,
    @Args('after', { type: () => Int, nullable: true }) after?: number | null,
    @Args('before', { type: () => Int, nullable: true }) before?: number | null,
    @Args('filter', { type: () => AuditFilter, nullable: true }) filter?: AuditFilter | null,
  ): Promise<AuditPage> {
    const { kind, personId, deviceId: byDevice, since, until } = filter ?? {};
    const size = pageSize(first ?? 100, MAX_AUDIT_PAGE);
    await this.repeated.add({ kind: 'export', operation: 'auditEntries', outcome: 'DONE', device, person });
    const query = { after, before, kind, personId, deviceId: byDevice, since, until };
    const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== null));
    const entries = await this.trail.page(size, given);
    return { entries, head: await this.trail.head() };
  }
}
