import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { pageSize, toLabelType } from '../../platform/graphql/index.js';
import { Labels } from '../labels.js';
import { ReadingService } from '../reading.service.js';
import { DowngradesService } from './downgrades.service.js';
import type { SeenDowngrade } from './downgrades.service.js';
import { Downgrade, DowngradeConnection, DowngradeInput, DowngradeState, LabelUse } from './downgrades.types.js';

@Resolver(() => Downgrade)
export class DowngradesResolver {
  constructor(
    private readonly service: DowngradesService,
    private readonly reading: ReadingService,
    private readonly labels: Labels,
    private readonly database: DataSource,
  ) {}

  @Requires('knowledge.read')
  @Query(() => DowngradeConnection, {
    description: "One's own, and those of collections that one manages; newest first",
  })
  async downgrades(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
    @Args('state', { type: () => DowngradeState, nullable: true }) state?: DowngradeState | null,
  ): Promise<DowngradeConnection> {
    const page = await this.service.page(pageSize(first ?? 50), { after, state }, caller);
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: present(node) })) };
  }

  @Requires('knowledge.write')
  @Mutation(() => Downgrade, { description: 'Asks another person for a lower label' })
  async requestDowngrade(@Args('input') input: DowngradeInput, @CurrentCaller() caller: Caller): Promise<Downgrade> {
    return present(await this.service.request(input, caller));
  }

  @Requires('knowledge.write')
  @Mutation(() => Downgrade, { description: 'By another person, who manages the collection; makes the new version' })
  async approveDowngrade(
    @Args('id', { type: () => ID }) id: string,
    @CurrentCaller() caller: Caller,
  ): Promise<Downgrade> {
    return present(await this.service.approve(id, caller));
  }

  @Requires('knowledge.write')
  @Mutation(() => Downgrade, { description: 'By another person, or by the requester, who so withdraws it' })
  async refuseDowngrade(
    @Args('id', { type: () => ID }) id: string,
    @CurrentCaller() caller: Caller,
  ): Promise<Downgrade> {
    return present(await this.service.refuse(id, caller));
  }

  @Requires('knowledge.read')
  @Query(() => [LabelUse], { description: 'Labels of the documents that the caller may read' })
  async labelUse(@CurrentCaller() caller: Caller): Promise<LabelUse[]> {
    const reader = await this.reading.readerOf(caller);
    const { labels, scopes } = reader.filter;
    const rows = await this.database.query<{ id: number; documents: number }[]>(
      `SELECT d.label_id AS id, count(*)::integer AS documents FROM document d JOIN collection c ON c.id = d.collection_id
       WHERE d.label_id = ANY($1) AND c.path && $2::text[] AND d.part_of IS NULL GROUP BY d.label_id ORDER BY d.label_id`,
      [labels, scopes],
    );
    const byId = await this.labels.byIds(rows.map(({ id }) => id));
    return rows.flatMap(({ id, documents }) => {
      const label = byId.get(id);
      return label ? [{ label: toLabelType(label, reader.policy), documents }] : [];
    });
  }
}

function present({ row, state, from, to, reader: { policy } }: SeenDowngrade): Downgrade {
  const { id, documentId, baseVersion, reason, requesterId, createdAt, expiresAt, deciderId, decidedAt } = row;
  const labels = { from: toLabelType(from, policy), to: toLabelType(to, policy) };
  return {
    id,
    documentId,
    baseVersion,
    ...labels,
    reason,
    state,
    requesterId,
    createdAt,
    expiresAt,
    deciderId,
    decidedAt,
  };
}
