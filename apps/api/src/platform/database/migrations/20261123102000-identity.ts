import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys on their way between the devices of a person. */
const PARCELS = `
  CREATE TABLE parcel_key (
    device_id text PRIMARY KEY CONSTRAINT parcel_key_device REFERENCES device (id),
    kem_key bytea NOT NULL,
    signature bytea NOT NULL
  );
  CREATE TABLE key_parcel (
    to_device text CONSTRAINT key_parcel_receiver REFERENCES device (id),
    from_device text CONSTRAINT key_parcel_sender REFERENCES device (id),
    payload bytea NOT NULL,
    signature bytea NOT NULL,
    PRIMARY KEY (to_device, from_device)
  );
`;

/** What devices that hold a campaign back were told. */
const REMINDERS = `
  CREATE TABLE campaign_reminder (
    campaign_id text,
    number integer CONSTRAINT campaign_reminder_number CHECK (number > 0),
    reason text NOT NULL CONSTRAINT campaign_reminder_reason CHECK (reason IN ('HALF_TIME', 'LAST_DAY', 'OFFICER')),
    at timestamptz NOT NULL,
    devices integer NOT NULL,
    PRIMARY KEY (campaign_id, number)
  );
  CREATE UNIQUE INDEX campaign_reminder_once ON campaign_reminder (campaign_id, reason) WHERE reason <> 'OFFICER';
`;

export class Identity20261123102000 implements MigrationInterface {
  readonly name = 'Identity20261123102000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PARCELS);
    await runner.query(REMINDERS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
