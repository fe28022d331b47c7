import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far campaigns were, day by day; of those that run already, from now on. */
export class CampaignDays20261125950000 implements MigrationInterface {
  readonly name = 'CampaignDays20261125950000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CAMPAIGN_DAYS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}

const CAMPAIGN_DAYS = `
  CREATE TABLE campaign_day (
    campaign_id text NOT NULL,
    day date NOT NULL,
    groups integer NOT NULL,
    groups_done integer NOT NULL,
    members integer NOT NULL,
    members_done integer NOT NULL,
    PRIMARY KEY (campaign_id, day)
  );
`;
