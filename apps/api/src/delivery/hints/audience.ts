import { Injectable } from '@nestjs/common';

import { DirectoryService } from '../../directory/index.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';

/** A group of which a connected device is a member. */
export interface Stay {
  readonly device_id: string;
  readonly group_id: string;
  readonly epoch: number;
  /** Newest place that the device may fetch; null when it has joined after everything. */
  readonly newest: number | null;
}

/** Who of the connected devices is a member of a group, in exactly this epoch. */
export interface Audience {
  readonly epoch: number;
  readonly devices: ReadonlySet<string>;
}

const STAYS: Statement = {
  name: 'stays of devices',
  text: `
    SELECT m.device_id, m.group_id, g.epoch, CASE WHEN g.last_seq >= m.first_seq THEN g.last_seq END AS newest
    FROM group_member m JOIN mls_group g ON g.id = m.group_id
    WHERE m.device_id = ANY ($1::text[]) AND m.left_seq IS NULL`,
};
const AUDIENCE: Statement = {
  name: 'audience of group',
  text: `
    SELECT g.epoch, m.device_id FROM mls_group g
    LEFT JOIN group_member m ON m.group_id = g.id AND m.left_seq IS NULL AND m.device_id = ANY ($2::text[])
    WHERE g.id = $1`,
};
const WELCOMED: Statement = {
  name: 'devices with welcome',
  text: 'SELECT DISTINCT device_id FROM welcome_recipient WHERE device_id = ANY ($1::text[])',
};

/** Asks the database who has to hear what. Each answer is one snapshot: members and epoch belong together. */
@Injectable()
export class Audiences {
  constructor(
    private readonly sql: Sql,
    private readonly directory: DirectoryService,
  ) {}

  stays(deviceIds: readonly string[]): Promise<Stay[]> {
    return this.sql.run<Stay>(STAYS, [deviceIds]);
  }

  /** Undefined when there is no such group. */
  async of(groupId: string, connected: readonly string[]): Promise<Audience | undefined> {
    type Row = { epoch: number; device_id: string | null };
    const rows = await this.sql.run<Row>(AUDIENCE, [groupId, connected]);
    const [row] = rows;
    const devices = rows.flatMap(({ device_id }) => (device_id === null ? [] : [device_id]));
    return row && { epoch: row.epoch, devices: new Set(devices) };
  }

  /** Those of the devices for which a Welcome waits. */
  async welcomed(deviceIds: readonly string[]): Promise<string[]> {
    const rows = await this.sql.run<{ device_id: string }>(WELCOMED, [deviceIds]);
    return rows.map(({ device_id }) => device_id);
  }

  /** Sequence number of the newest statement. */
  async statementHead(): Promise<number> {
    return (await this.directory.state()).head;
  }
}
