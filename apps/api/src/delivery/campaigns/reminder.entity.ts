import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { ReminderReason } from './reminder.types.js';

/** The devices that held a campaign back at a time were reminded of it. */
@Entity('campaign_reminder')
export class CampaignReminderEntity {
  @PrimaryColumn({ name: 'campaign_id', type: 'text' })
  campaignId!: string;

  /** From 1. */
  @PrimaryColumn({ type: 'integer' })
  number!: number;

  @Column({ type: 'text' })
  reason!: ReminderReason;

  @Column({ type: 'timestamptz' })
  at!: Date;

  /** How many held it back. */
  @Column({ type: 'integer' })
  devices!: number;
}
