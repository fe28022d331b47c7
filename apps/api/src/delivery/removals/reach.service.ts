import { Injectable } from '@nestjs/common';

import { Refusal } from '../../platform/refusal.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';
import type { Reach } from './removals.types.js';

const MAX_DEVICES = 2000;

const TOGETHER: Statement = {
  name: 'conversations of devices',
  text: `
    WITH concerned AS (
      SELECT DISTINCT group_id FROM group_member WHERE device_id = ANY ($1::text[]) AND left_seq IS NULL)
    SELECT (SELECT count(*) FROM concerned)::integer AS conversations,
      (SELECT count(DISTINCT m.device_id) FROM group_member m JOIN concerned USING (group_id)
       WHERE m.left_seq IS NULL AND m.device_id <> ALL ($1::text[]))::integer AS others`,
};
/** A device that came back into a conversation is in it. */
const EACH: Statement = {
  name: 'conversations of each device',
  text: `
    SELECT device_id, (count(*) FILTER (WHERE is_present))::integer AS present,
      (count(*) FILTER (WHERE NOT is_present))::integer AS "left"
    FROM (SELECT device_id, group_id, bool_or(left_seq IS NULL) AS is_present FROM group_member
          WHERE device_id = ANY ($1::text[]) GROUP BY device_id, group_id) stay
    GROUP BY device_id`,
};

/** Counts for officers who revoke: before it how much it touches, after it how much is still to be done. */
@Injectable()
export class ReachService {
  constructor(private readonly sql: Sql) {}

  async of(deviceIds: readonly string[]): Promise<Reach> {
    if (deviceIds.length > MAX_DEVICES) {
      throw new Refusal('TOO_LARGE', `at most ${String(MAX_DEVICES)} devices at once`, { field: 'deviceIds' });
    }
    const [together] = await this.sql.run<Pick<Reach, 'conversations' | 'others'>>(TOGETHER, [deviceIds]);
    const rows = await this.sql.run<{ device_id: string; present: number; left: number }>(EACH, [deviceIds]);
    const devices = rows.map(({ device_id: deviceId, present, left }) => ({ deviceId, present, left }));
    return { conversations: together?.conversations ?? 0, others: together?.others ?? 0, devices };
  }
}
