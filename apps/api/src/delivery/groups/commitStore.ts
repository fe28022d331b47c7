import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { removalDue } from '../envelopes/appender.js';
import { Sql } from '../sql.js';
import type { Run, Statement } from '../sql.js';

/** Everything that one commit changes. */
export interface CommitChange {
  readonly groupId: string;
  readonly senderDevice: string;
  readonly idempotencyKey: Uint8Array;
  readonly payload: Uint8Array;
  /** The epoch that the commit ends. */
  readonly epoch: number;
  /** The public state of the next epoch. */
  readonly state: Uint8Array;
  readonly removed: readonly string[];
  /** Devices whose leaves the commit replaces. */
  readonly refreshed: readonly string[];
  readonly added: readonly { readonly deviceId: string; readonly leafIndex: number }[];
  /** Present when somebody is added. */
  readonly welcome: Uint8Array | undefined;
}

export interface CommitPlace {
  readonly seq: number;
  readonly acceptedAt: Date;
}

/** Compare and set: of all commits of an epoch one finds it still current; the row is locked until the transaction ends. */
const ADVANCE: Statement = {
  name: 'advance epoch',
  text: `
    UPDATE mls_group
    SET epoch = epoch + 1, last_seq = last_seq + 1, member_count = member_count + $3, removals_due = 0
    WHERE id = $1 AND epoch = $2 RETURNING last_seq, clock_timestamp() AS at`,
};
const INSERT_COMMIT: Statement = {
  name: 'insert commit',
  text: `
    INSERT INTO envelope (group_id, seq, kind, epoch, sender_device, idempotency_key, accepted_at, payload)
    VALUES ($1, $2, 'COMMIT', $3, $4, $5, $6, $7)`,
};
const REPLACE_STATE: Statement = {
  name: 'replace public state',
  text: 'UPDATE mls_group_state SET epoch = $2, revision = 0, state = $3 WHERE group_id = $1',
};
const LEAVE: Statement = {
  name: 'members leave',
  text: `
    UPDATE group_member SET left_seq = $2
    WHERE group_id = $1 AND device_id = ANY ($3::text[]) AND left_seq IS NULL`,
};
const CARRY_OUT: Statement = {
  name: 'carry out removals',
  text: 'DELETE FROM group_removal WHERE group_id = $1 AND device_id = ANY ($2::text[])',
};
const LEFT_OUT: Statement = {
  name: 'removals left out',
  text: 'SELECT 1 FROM group_removal WHERE group_id = $1 LIMIT 1',
};
const JOIN: Statement = {
  name: 'members join',
  text: `
    INSERT INTO group_member (group_id, device_id, first_seq, leaf_index, refreshed_at)
    SELECT $1, j.device_id, $2, j.leaf_index, $5 FROM unnest($3::text[], $4::integer[]) AS j(device_id, leaf_index)`,
};
const REFRESH: Statement = {
  name: 'members refresh',
  text: `
    UPDATE group_member SET refreshed_at = $2
    WHERE group_id = $1 AND device_id = ANY ($3::text[]) AND left_seq IS NULL`,
};
const INSERT_WELCOME: Statement = {
  name: 'insert welcome',
  text: 'INSERT INTO welcome (id, group_id, next_seq, payload, created_at) VALUES ($1, $2, $3, $4, $5)',
};
const INSERT_RECIPIENTS: Statement = {
  name: 'insert welcome recipients',
  text: 'INSERT INTO welcome_recipient (device_id, welcome_id) SELECT d, $1 FROM unnest($2::text[]) AS d',
};

/** Writes commits: the envelope, the next epoch, who is a member and the Welcome, all or nothing. */
@Injectable()
export class CommitStore {
  constructor(private readonly sql: Sql) {}

  /**
   * Undefined when the group is not in the commit's epoch any more: somebody else's commit was first.
   * Throws REMOVAL_DUE for a commit that leaves somebody in who has to be removed.
   */
  advance(change: CommitChange): Promise<CommitPlace | undefined> {
    return this.sql.transaction(async (run) => {
      const { groupId, epoch, added, removed } = change;
      const grows = added.length - removed.length;
      const [row] = await run<{ last_seq: number; at: Date }>(ADVANCE, [groupId, epoch, grows]);
      if (!row) return undefined;
      const place = { seq: row.last_seq, acceptedAt: row.at };
      const { senderDevice, idempotencyKey, payload } = change;
      await run(INSERT_COMMIT, [groupId, place.seq, epoch, senderDevice, idempotencyKey, place.acceptedAt, payload]);
      await run(REPLACE_STATE, [groupId, epoch + 1, change.state]);
      // first those who leave, because a device may be removed and added again by one commit
      if (removed.length > 0) await run(LEAVE, [groupId, place.seq, removed]);
      await run(CARRY_OUT, [groupId, removed]);
      if ((await run(LEFT_OUT, [groupId])).length > 0) throw removalDue();
      if (change.refreshed.length > 0) await run(REFRESH, [groupId, place.acceptedAt, change.refreshed]);
      if (added.length > 0) await join(run, change, place);
      return place;
    });
  }
}

/** New members read what comes after the commit that added them; the Welcome waits for them. */
async function join(run: Run, { groupId, added, welcome }: CommitChange, { seq, acceptedAt }: CommitPlace) {
  const devices = added.map(({ deviceId }) => deviceId);
  const leaves = added.map(({ leafIndex }) => leafIndex);
  await run(JOIN, [groupId, seq + 1, devices, leaves, acceptedAt]);
  const id = randomUUID();
  await run(INSERT_WELCOME, [id, groupId, seq + 1, welcome, acceptedAt]);
  await run(INSERT_RECIPIENTS, [id, devices]);
}
