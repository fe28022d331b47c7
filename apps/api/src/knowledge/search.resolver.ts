import { Args, Context, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';

import { CurrentCaller, Requires } from '../access/index.js';
import type { Caller } from '../access/index.js';
import { loaderFor } from '../platform/graphql/index.js';
import type { RequestContext } from '../platform/graphql/index.js';
import { DocumentsService } from './documents.service.js';
import { Labels } from './labels.js';
import { pending } from './outbox.js';
import { presentDocument } from './presentDocument.js';
import { SearchService } from './search.service.js';
import type { Hit, SearchPage } from './search.service.js';
import { SearchHit, SearchInput, SearchResult } from './search.types.js';

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
    const { total, totalIsExact, endCursor, engine } = page;
    const facets = page.facets.map(({ field, values }) => ({ field, values: [...values] }));
    return { hits: await this.present(page), total, totalIsExact, facets, endCursor, engine };
  }

  /** Number of changes of documents that the search index does not have yet. */
  @Query(() => Int, { description: 'Number of changes that the search index does not have yet' })
  @Requires('knowledge.manage')
  async indexPending(): Promise<number> {
    return pending(this.database.manager);
  }

  /** Read and marked only where it is asked for. */
  @ResolveField(() => String, { description: 'Best passage; matches stand between U+E000 and U+E001' })
  async passage(@Parent() { document, passageOf }: SearchHit, @Context() context: RequestContext): Promise<string> {
    return passageOf(await this.bodies(context).load(document.version.id));
  }

  private async present({ hits, reader }: SearchPage): Promise<SearchHit[]> {
    const labels = await this.labels.byIds(hits.map(({ row }) => row.labelId));
    return hits.flatMap(({ row, score, passageOf }: Hit) => {
      const label = labels.get(row.labelId);
      return label ? [{ document: presentDocument(row, label, reader), score, passageOf }] : [];
    });
  }
}
