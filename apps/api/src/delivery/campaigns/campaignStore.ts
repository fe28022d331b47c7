import { Injectable } from '@nestjs/common';

import { Sql } from '../sql.js';
import type { Run, Statement } from '../sql.js';

/** The conversations that a campaign is about, as SQL sees it. `null` limits nothing. */
export interface Scope {
  readonly levels: readonly string[] | null;
  /** Devices of everybody who serves at the posts. */
  readonly devices: readonly string[] | null;
  /** The cipher suite that they should have; `null` where the campaign is about keys. */
  readonly suite: number | null;
}

export interface Progress {
  readonly groups: number;
  /** Groups in which every device has changed its keys. */
  readonly groupsDone: number;
  readonly members: number;
  readonly membersDone: number;
}

/** A device that has not changed its keys everywhere. */
export interface Holder {
  readonly device_id: string;
  /** Groups in which it has not. */
  readonly groups: number;
}

/** $1 levels, $2 devices, $3 the time since which keys count as changed; `suite` is the place of the cipher suite to move to, or null. */
const MEMBERS = `
  FROM group_member m JOIN mls_group g ON g.id = m.group_id
  WHERE m.left_seq IS NULL
    AND ($1::text[] IS NULL OR (g.label::jsonb ->> 'level') = ANY ($1))
    AND ($2::text[] IS NULL OR EXISTS (
      SELECT 1 FROM group_member s WHERE s.group_id = g.id AND s.left_seq IS NULL AND s.device_id = ANY ($2)))`;
/** Members of a conversation that a campaign is not done with. */
const isLate = (suite: string): string =>
  `(CASE WHEN ${suite}::integer IS NULL THEN m.refreshed_at < $3 ELSE g.cipher_suite <> ${suite} END)`;
/** Nobody but its members can move a conversation, and none of them while a device has no KeyPackage of the suite. */
const holdsBack = (suite: string): string =>
  `(${isLate(suite)} AND (${suite}::integer IS NULL OR NOT EXISTS (
      SELECT 1 FROM key_package k
      WHERE k.device_id = m.device_id AND k.cipher_suite = ${suite} AND k.claimed_at IS NULL AND k.not_after > now())))`;
const PROGRESS: Statement = {
  name: 'campaign progress',
  text: `
    SELECT count(*)::integer AS groups, count(*) FILTER (WHERE late = 0)::integer AS "groupsDone",
      coalesce(sum(all_of), 0)::integer AS members, coalesce(sum(all_of - late), 0)::integer AS "membersDone"
    FROM (SELECT count(*) AS all_of, count(*) FILTER (WHERE ${isLate('$4')}) AS late ${MEMBERS} GROUP BY g.id) AS one`,
};
const HOLDERS: Statement = {
  name: 'campaign holders',
  text: `
    SELECT m.device_id, count(*)::integer AS groups ${MEMBERS} AND ${holdsBack('$6')} AND m.device_id > $4
    GROUP BY m.device_id ORDER BY m.device_id LIMIT $5`,
};
const HOLDERS_AMONG: Statement = {
  name: 'campaign holders among',
  text: `SELECT DISTINCT m.device_id ${MEMBERS} AND ${holdsBack('$5')} AND m.device_id = ANY ($4::text[])`,
};
const COUNT_HOLDERS: Statement = {
  name: 'count campaign holders',
  text: `SELECT count(DISTINCT m.device_id)::integer AS devices ${MEMBERS} AND ${holdsBack('$4')}`,
};
const LATE: Statement = {
  name: 'campaign late members',
  text: `SELECT m.group_id, m.device_id, g.label, m.refreshed_at ${MEMBERS} AND ${holdsBack('$4')}`,
};

/** A member whose keys are older than a campaign. */
export interface LateMember {
  readonly group_id: string;
  readonly device_id: string;
  readonly label: string;
  readonly refreshed_at: Date;
}

/** Counts who has changed keys since a campaign began. */
@Injectable()
export class CampaignStore {
  constructor(private readonly sql: Sql) {}

  async progress({ levels, devices, suite }: Scope, since: Date): Promise<Progress> {
    const [progress] = await this.sql.run<Progress>(PROGRESS, [levels, devices, since, suite]);
    if (!progress) throw new Error('a count has a row');
    return progress;
  }

  /** Up to `first` devices after the id `after`, in the order of their ids. */
  holders({ levels, devices, suite }: Scope, since: Date, after: string, first: number): Promise<Holder[]> {
    return this.sql.run<Holder>(HOLDERS, [levels, devices, since, after, first, suite]);
  }

  /** Those of the given devices. */
  async holdersAmong({ levels, devices, suite }: Scope, since: Date, deviceIds: readonly string[]): Promise<string[]> {
    const rows = await this.sql.run<{ device_id: string }>(HOLDERS_AMONG, [levels, devices, since, deviceIds, suite]);
    return rows.map(({ device_id }) => device_id);
  }

  async countHolders({ levels, devices, suite }: Scope, since: Date): Promise<number> {
    const [row] = await this.sql.run<{ devices: number }>(COUNT_HOLDERS, [levels, devices, since, suite]);
    return row?.devices ?? 0;
  }

  late({ levels, devices, suite }: Scope, since: Date, run: Run = this.sql.run): Promise<LateMember[]> {
    return run<LateMember>(LATE, [levels, devices, since, suite]);
  }
}
