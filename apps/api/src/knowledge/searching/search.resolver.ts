import { Args, Context, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';

import type { Label } from '#policy';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { loaderFor, toLabelType } from '../../platform/graphql/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { DocumentsService } from '../documents/documents.service.js';
import { Labels } from '../labels.js';
import { pendingRoughly } from '../indexing/outbox.js';
import { presentDocument } from '../documents/presentDocument.js';
import type { Reader } from '../reading.service.js';
import { SearchService } from './search.service.js';
import type { Hit, SearchPage } from './search.service.js';
import { SearchHit, SearchInput, SearchResult } from './search.types.js';
import type { SearchHitPart } from './search.types.js';

const DEFAULT_SIMILAR = 10;

@Resolver(() => SearchHit)
export class SearchResolver {
  constructor(
    private readonly service: SearchService,
    private readonly documents: DocumentsService,
    private readonly labels: Labels,
    private readonly database: DataSource,
  ) {}

  private readonly bodies = loaderFor('hit.passage', async (versionIds: readonly string[]) => {
    const bodies = await this.documents.bodies(versionIds);
    return versionIds.map((id) => bodies.get(id) ?? '');
  });

  @Query(() => SearchResult)
  @Requires('knowledge.read')
  async search(@CurrentCaller() caller: Caller, @Args('input') input: SearchInput): Promise<SearchResult> {
    const page = await this.service.search(input, caller);
    const { total, totalIsExact, endCursor, engine, didYouMean } = page;
    const facets = page.facets.map(({ field, values }) => ({ field, values: [...values] }));
    return { hits: await this.present(page), total, totalIsExact, facets, endCursor, engine, didYouMean };
  }

  @Query(() => [SearchHit], { description: 'Documents that are like this one, the most alike first' })
  @Requires('knowledge.read')
  async similarDocuments(
    @CurrentCaller() caller: Caller,
    @Args('documentId', { type: () => ID }) documentId: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 10 }) first: number | null,
  ): Promise<SearchHit[]> {
    return this.present(await this.service.similar(documentId, first ?? DEFAULT_SIMILAR, caller));
  }

  @Query(() => Int, { description: 'Changes that the search index does not have yet, in whole hundreds, rounded up' })
  @Requires('knowledge.manage')
  async indexPending(): Promise<number> {
    return pendingRoughly(this.database.manager);
  }

  /** Read and marked only where it is asked for. */
  @ResolveField(() => String, { description: 'Best passage; matches stand between U+E000 and U+E001' })
  async passage(@Parent() { versionId, passageOf }: SearchHit, @Context() context: RequestContext): Promise<string> {
    return passageOf(await this.bodies(context).load(versionId));
  }

  private async present({ hits, reader }: Pick<SearchPage, 'hits' | 'reader'>): Promise<SearchHit[]> {
    const labels = await this.labels.byIds(hits.flatMap(({ row, member }) => [row.labelId, member.labelId]));
    return hits.flatMap((hit) => {
      const { row, member, score, passageOf } = hit;
      const [label, partLabel] = [labels.get(row.labelId), labels.get(member.labelId)];
      if (!label || !partLabel) return [];
      const document = presentDocument(row, label, reader);
      return [{ document, score, passageOf, versionId: member.versionId, part: partOf(hit, partLabel, reader) }];
    });
  }
}

function partOf({ row, member }: Hit, label: Label, { policy }: Reader): SearchHitPart | null {
  if (member.id === row.id) return null;
  return { documentId: member.id, slot: member.slot ?? '', label: toLabelType(label, policy) };
}
