import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { CampaignsService } from './campaigns.service.js';
import { CampaignDayEntity } from './day.entity.js';

/** So many days of a campaign are told. */
const TOLD = 92;

/** The way of each campaign, a row a day. */
@Injectable()
export class CampaignDays {
  constructor(
    private readonly source: DataSource,
    private readonly campaigns: CampaignsService,
  ) {}

  /** The last 92, oldest first. */
  async of(campaignId: string): Promise<CampaignDayEntity[]> {
    const newest = { where: { campaignId }, order: { day: 'DESC' }, take: TOLD } as const;
    return (await this.source.manager.find(CampaignDayEntity, newest)).toReversed();
  }

  /** Counts how far a campaign is; of a day that was counted before, the later count stays. Throws NOT_FOUND. */
  async count(campaignId: string, now: Date): Promise<void> {
    const row = { campaignId, day: now.toISOString().slice(0, 10), ...(await this.campaigns.progress(campaignId)) };
    await this.source.manager.upsert(CampaignDayEntity, row, ['campaignId', 'day']);
  }
}
