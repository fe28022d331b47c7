import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a campaign was when it was counted last on a day. */
@Entity('campaign_day')
export class CampaignDayEntity {
  @PrimaryColumn({ name: 'campaign_id', type: 'text' })
  campaignId!: string;

  /** In UTC, as RFC 3339 writes it. */
  @PrimaryColumn({ type: 'date' })
  day!: string;

  @Column({ type: 'integer' })
  groups!: number;

  @Column({ name: 'groups_done', type: 'integer' })
  groupsDone!: number;

  @Column({ type: 'integer' })
  members!: number;

  @Column({ name: 'members_done', type: 'integer' })
  membersDone!: number;
}
