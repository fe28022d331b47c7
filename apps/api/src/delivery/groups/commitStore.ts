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
  readonly added: readonly Leaf[];
  /** Present when somebody is added, or the group is closed. */
  readonly welcome: Uint8Array | undefined;
  /** Set when the commit closes the group; `state` is that of the successor then. */
  readonly successor: NewGeneration | undefined;
}

/** The MLS group that takes the place of another one. */
interface NewGeneration {
  readonly mlsId: string;
  readonly predecessor: string;
  readonly suite: number;
  readonly members: readonly Leaf[];
}

interface Leaf {
  readonly deviceId: string;
  readonly leafIndex: number;
}

export interface CommitPlace {
  readonly seq: number;
  readonly acceptedAt: Date;
}

/**
 * Compare and set: of all commits of an epoch one finds it still current; the row is locked until the transaction ends. Where somebody comes in,
 * messages of earlier epochs are taken no more.
 */
const ADVANCE: Statement = {
  name: 'advance epoch',
  text: `
    UPDATE mls_group
    SET epoch = epoch + 1, last_seq = last_seq + 1, member_count = member_count + $3, removals_due = 0,
      oldest_epoch = CASE WHEN $4 THEN epoch + 1 ELSE oldest_epoch END
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

const SUCCEED: Statement = {
  name: 'move to successor',
  text: 'UPDATE mls_group SET cipher_suite = $2 WHERE id = $1',
};
const INSERT_GENERATION: Statement = {
  name: 'insert generation',
  text: `
    INSERT INTO group_generation
      (mls_id, group_id, predecessor, epoch_base, cipher_suite, seq, founder_device, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
};
const REPLANT: Statement = {
  name: 'leaves of successor',
  text: `
    UPDATE group_member m SET leaf_index = l.leaf_index, refreshed_at = $4
    FROM unnest($2::text[], $3::integer[]) AS l(device_id, leaf_index)
    WHERE m.group_id = $1 AND m.device_id = l.device_id AND m.left_seq IS NULL`,
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
      const isJoin = added.length > 0 || change.successor !== undefined;
      const [row] = await run<{ last_seq: number; at: Date }>(ADVANCE, [groupId, epoch, grows, isJoin]);
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
      if (change.successor) await succeed(run, change, change.successor, place);
      return place;
    });
  }
}

/** The members stay, and read on; each of them but the founder needs the Welcome for that. */
async function succeed(run: Run, change: CommitChange, next: NewGeneration, place: CommitPlace): Promise<void> {
  const { groupId, epoch, senderDevice } = change;
  const { mlsId, predecessor, suite, members } = next;
  await run(SUCCEED, [groupId, suite]);
  const at = [place.seq, senderDevice, place.acceptedAt];
  // the first epoch of a successor is 1
  await run(INSERT_GENERATION, [mlsId, groupId, predecessor, epoch, suite, ...at]);
  const devices = members.map(({ deviceId }) => deviceId);
  const leaves = members.map(({ leafIndex }) => leafIndex);
  await run(REPLANT, [groupId, devices, leaves, place.acceptedAt]);
  const welcomed = devices.filter((device) => device !== senderDevice);
  if (welcomed.length > 0) await leaveWelcome(run, change, welcomed, place);
}

/** New members read what comes after the commit that added them; the Welcome waits for them. */
async function join(run: Run, change: CommitChange, place: CommitPlace): Promise<void> {
  const { groupId, added } = change;
  const devices = added.map(({ deviceId }) => deviceId);
  const leaves = added.map(({ leafIndex }) => leafIndex);
  await run(JOIN, [groupId, place.seq + 1, devices, leaves, place.acceptedAt]);
  await leaveWelcome(run, change, devices, place);
}

async function leaveWelcome(
  run: Run,
  { groupId, welcome }: CommitChange,
  devices: readonly string[],
  { seq, acceptedAt }: CommitPlace,
): Promise<void> {
  const id = randomUUID();
  await run(INSERT_WELCOME, [id, groupId, seq + 1, welcome, acceptedAt]);
  await run(INSERT_RECIPIENTS, [id, devices]);
}
