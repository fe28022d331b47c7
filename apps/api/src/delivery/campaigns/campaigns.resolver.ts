import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { CurrentCaller, Requires } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import {
  CampaignConnection,
  CampaignDay,
  CampaignHolderConnection,
  CampaignProgress,
  CampaignType,
} from './campaign.types.js';
import { CampaignDays } from './campaignDays.js';
import { CampaignsService } from './campaigns.service.js';
import { CampaignReminder } from './reminder.types.js';
import { CampaignReminders } from './reminders.service.js';

@Resolver(() => CampaignType)
export class CampaignsResolver {
  constructor(
    private readonly service: CampaignsService,
    private readonly reminding: CampaignReminders,
    private readonly counted: CampaignDays,
  ) {}

  @Query(() => CampaignConnection)
  @Requires('delivery.campaigns')
  campaigns(
    @Args('first', { type: () => Int, defaultValue: 20, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    return this.service.page(first ?? 20, after);
  }

  @Query(() => CampaignType, { nullable: true })
  @Requires('delivery.campaigns')
  async campaign(@Args('id', { type: () => ID }) id: string) {
    return (await this.service.one(id)) ?? null;
  }

  @ResolveField(() => CampaignProgress)
  @Requires('delivery.campaigns')
  progress(@Parent() { id }: CampaignType) {
    return this.service.progress(id);
  }

  @ResolveField(() => CampaignHolderConnection, { description: 'Devices that hold it back' })
  @Requires('delivery.campaigns')
  heldBackBy(
    @Parent() { id }: CampaignType,
    @Args('first', { type: () => Int, defaultValue: 50, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    return this.service.holders(id, first ?? 50, after);
  }

  @ResolveField(() => [CampaignReminder], { description: 'Oldest first; a bounded number' })
  @Requires('delivery.campaigns')
  reminders(@Parent() { id }: CampaignType) {
    return this.reminding.of(id);
  }

  @ResolveField(() => [CampaignDay], {
    description: 'Its way so far: the last 92 days on which it was counted, oldest first',
  })
  @Requires('delivery.campaigns')
  days(@Parent() { id }: CampaignType) {
    return this.counted.of(id);
  }

  @Mutation(() => CampaignReminder, { description: 'Tells the devices that hold it back; once an hour at most' })
  @Requires('directory.statements')
  remindCampaign(@Args('id', { type: () => ID }) id: string, @CurrentCaller() caller: Caller) {
    return this.reminding.byOfficer(id, caller);
  }
}
