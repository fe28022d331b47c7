import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { decodeCursor, pageSize, toConnectionById } from '../../platform/graphql/index.js';
import { Synonym, SynonymConnection, SynonymInput } from './synonyms.types.js';
import { SynonymsService } from './synonyms.service.js';

const DEFAULT_PAGE = 50;

@Resolver(() => Synonym)
export class SynonymsResolver {
  constructor(private readonly service: SynonymsService) {}

  @Requires('knowledge.manage')
  @Query(() => SynonymConnection, { description: 'Words that mean the same to this ministry, by id' })
  async synonyms(
    @Args('first', { type: () => Int, nullable: true, defaultValue: DEFAULT_PAGE }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<SynonymConnection> {
    const size = pageSize(first ?? DEFAULT_PAGE);
    const [id] = decodeCursor(after, ['string']) ?? [''];
    return toConnectionById(await this.service.page(String(id), size + 1), size);
  }

  @Requires('knowledge.manage')
  @Mutation(() => Synonym)
  async addSynonym(@Args('input') input: SynonymInput, @CurrentCaller() caller: Caller): Promise<Synonym> {
    return this.service.add(input, caller);
  }

  @Requires('knowledge.manage')
  @Mutation(() => Boolean)
  async removeSynonym(@Args('id', { type: () => ID }) id: string, @CurrentCaller() caller: Caller): Promise<boolean> {
    await this.service.remove(id, caller);
    return true;
  }
}
