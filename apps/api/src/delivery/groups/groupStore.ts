import { Injectable } from '@nestjs/common';

import type { PublicGroup } from '#mls/wire';

import { Sql } from '../sql.js';
import type { Run, Statement } from '../sql.js';

/** A group as one member device sees it. */
export interface GroupRow {
  readonly id: string;
  readonly label: string;
  readonly epoch: number;
  readonly last_seq: number;
  readonly member_count: number;
  readonly first_seq: number;
}

/** What a commit or proposal of one device starts from. */
export interface Head {
  readonly label: string;
  readonly epoch: number;
  readonly last_seq: number;
  /** Devices that have to leave before anything else is taken. */
  readonly removals_due: number;
  readonly revision: number;
  readonly is_member: boolean;
  /** Place that the idempotency key was given before; null when it is new. */
  readonly known_seq: number | null;
  readonly known_kind: string | null;
  readonly known_epoch: number | null;
  readonly known_at: Date | null;
}

export interface NewGroup {
  readonly id: string;
  readonly label: string;
  readonly creatorDevice: string;
  readonly leafIndex: number;
  readonly idempotencyKey: Uint8Array;
  readonly createdAt: Date;
  readonly group: PublicGroup;
}

const ROW = 'SELECT g.id, g.label, g.epoch, g.last_seq, g.member_count, m.first_seq';
const PRESENT = 'JOIN group_member m ON m.group_id = g.id AND m.left_seq IS NULL';

const PAGE: Statement = {
  name: 'groups of device',
  text: `${ROW} FROM mls_group g ${PRESENT} WHERE m.device_id = $1 AND g.id > $2 ORDER BY g.id LIMIT $3`,
};
const ONE: Statement = {
  name: 'group of device',
  text: `${ROW} FROM mls_group g ${PRESENT} WHERE m.device_id = $1 AND g.id = $2`,
};
const HEAD: Statement = {
  name: 'head of group',
  text: `
    SELECT g.label, g.epoch, g.last_seq, g.removals_due, s.revision, m.device_id IS NOT NULL AS is_member,
      e.seq AS known_seq, e.kind AS known_kind, e.epoch AS known_epoch, e.accepted_at AS known_at
    FROM mls_group g
    JOIN mls_group_state s ON s.group_id = g.id
    LEFT JOIN group_member m ON m.group_id = g.id AND m.device_id = $2 AND m.left_seq IS NULL
    LEFT JOIN envelope e ON e.group_id = g.id AND e.sender_device = $2 AND e.idempotency_key = $3
    WHERE g.id = $1`,
};
const INSERT_GROUP: Statement = {
  name: 'insert group',
  text: `
    INSERT INTO mls_group (id, label, cipher_suite, epoch, last_seq, member_count, creator_device, idempotency_key, created_at)
    VALUES ($1, $2, $3, 0, 0, 1, $4, $5, $6) ON CONFLICT (id) DO NOTHING RETURNING id`,
};
const INSERT_STATE: Statement = {
  name: 'insert public state',
  text: 'INSERT INTO mls_group_state (group_id, epoch, revision, state) VALUES ($1, 0, 0, $2)',
};
const INSERT_CREATOR: Statement = {
  name: 'insert creator',
  text: 'INSERT INTO group_member (group_id, device_id, first_seq, leaf_index, refreshed_at) VALUES ($1, $2, 1, $3, $4)',
};
const IS_RETRY: Statement = {
  name: 'group by key',
  text: 'SELECT 1 FROM mls_group WHERE id = $1 AND creator_device = $2 AND idempotency_key = $3',
};

/** Reads and founds groups. */
@Injectable()
export class GroupStore {
  constructor(private readonly sql: Sql) {}

  /** Groups that the device is a member of, in the order of their ids, after the id `after`. */
  page(deviceId: string, after: string, first: number): Promise<GroupRow[]> {
    return this.sql.run<GroupRow>(PAGE, [deviceId, after, first]);
  }

  /** Undefined when there is no such group, or the device is not a member of it. */
  async one(deviceId: string, groupId: string): Promise<GroupRow | undefined> {
    const [row] = await this.sql.run<GroupRow>(ONE, [deviceId, groupId]);
    return row;
  }

  /** Undefined when there is no such group. */
  async head(groupId: string, deviceId: string, idempotencyKey: Uint8Array, run: Run = this.sql.run) {
    const [head] = await run<Head>(HEAD, [groupId, deviceId, idempotencyKey]);
    return head;
  }

  /** Returns false when a group with this id exists already. */
  found(group: NewGroup): Promise<boolean> {
    return this.sql.transaction(async (run) => {
      const { id, label, creatorDevice, idempotencyKey, createdAt } = group;
      const suite = group.group.cipherSuite;
      const inserted = await run(INSERT_GROUP, [id, label, suite, creatorDevice, idempotencyKey, createdAt]);
      if (inserted.length === 0) return false;
      await run(INSERT_STATE, [id, Buffer.from(group.group.serialize())]);
      await run(INSERT_CREATOR, [id, creatorDevice, group.leafIndex, createdAt]);
      return true;
    });
  }

  /** Whether this device founded the group with this key before. */
  async isRetry(groupId: string, deviceId: string, idempotencyKey: Uint8Array): Promise<boolean> {
    return (await this.sql.run(IS_RETRY, [groupId, deviceId, idempotencyKey])).length > 0;
  }
}
