import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, pageSize, toConnectionById } from '../../platform/graphql/index.js';
import { SavedService } from './saved.service.js';
import type { SavedRow } from './saved.service.js';
import { SavedSearch, SavedSearchConnection, SavedSearchInput } from './saved.types.js';

@Resolver(() => SavedSearch)
export class SavedResolver {
  constructor(private readonly service: SavedService) {}

  @Requires('knowledge.read')
  @Query(() => SavedSearchConnection, { description: "One's own" })
  async savedSearches(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<SavedSearchConnection> {
    const size = pageSize(first ?? 50);
    const [id = ''] = decodeCursor(after, ['string']) ?? [];
    const rows = await this.service.list(String(id), size + 1, caller);
    return toConnectionById(rows.map(present), size);
  }

  @Requires('knowledge.read')
  @Mutation(() => SavedSearch)
  async saveSearch(@CurrentCaller() caller: Caller, @Args('input') input: SavedSearchInput): Promise<SavedSearch> {
    return present(await this.service.save(input, caller));
  }

  @Requires('knowledge.read')
  @Mutation(() => SavedSearch, { description: 'Renames a saved search, or switches its alerts' })
  async changeSavedSearch(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
    @Args('name', { type: () => String, nullable: true }) name?: string | null,
    @Args('alerts', { type: () => Boolean, nullable: true }) alerts?: boolean | null,
  ): Promise<SavedSearch> {
    return present(await this.service.change(id, { name: name ?? undefined, alerts: alerts ?? undefined }, caller));
  }

  @Requires('knowledge.read')
  @Mutation(() => Boolean, { description: 'False when it is gone already' })
  async deleteSavedSearch(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    return this.service.delete(id, caller);
  }
}

function present({ request, ...row }: SavedRow): SavedSearch {
  return { ...row, request: JSON.stringify(request) };
}
