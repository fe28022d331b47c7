import { Injectable } from '@nestjs/common';

import { encodeStand } from '#contracts';
import { verifySignature } from '#primitives/verify';

import type { Caller } from '../../access/index.js';
import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';
import type { StandInput, StandType } from './stand.types.js';

const MOST_GROUPS = 100;
/** The newest stands of a group that are given out: members need those of two people. */
const MOST_OF_GROUP = 32;
/** A device's clock may be this much ahead of the server's. */
const TOLERANCE_MS = 600_000;
const HEAD_BYTES = 32;

/** Only of members, and only to members. */
const OF_GROUPS: Statement = {
  name: 'stands of groups',
  text: `
    SELECT s.* FROM group_member own
    CROSS JOIN LATERAL (
      SELECT stand.* FROM stand
      JOIN group_member m ON m.group_id = stand.group_id AND m.device_id = stand.device_id AND m.left_seq IS NULL
      WHERE stand.group_id = own.group_id AND stand.device_id <> own.device_id
      ORDER BY stand.at DESC LIMIT ${String(MOST_OF_GROUP)}
    ) s
    WHERE own.group_id = ANY($1::text[]) AND own.device_id = $2 AND own.left_seq IS NULL
    ORDER BY s.group_id, s.at DESC`,
};
/** A stand takes the place of an earlier one, never of a later one. `given`: how many are for groups and places that there are. */
export const PUT_STANDS: Statement = {
  name: 'put stands',
  text: `
    WITH given AS (
      SELECT i.* FROM unnest($2::text[], $3::integer[], $4::bytea[], $5::timestamptz[], $6::bytea[])
        AS i(group_id, seq, head, at, signature)
      JOIN group_member m ON m.group_id = i.group_id AND m.device_id = $1 AND m.left_seq IS NULL
      JOIN mls_group g ON g.id = i.group_id AND i.seq <= g.last_seq
    ), moved AS (
      INSERT INTO stand AS s (group_id, device_id, seq, head, at, signature)
      SELECT group_id, $1, seq, head, at, signature FROM given ORDER BY group_id
      ON CONFLICT (group_id, device_id)
      DO UPDATE SET seq = EXCLUDED.seq, head = EXCLUDED.head, at = EXCLUDED.at, signature = EXCLUDED.signature
      WHERE s.at < EXCLUDED.at AND s.seq <= EXCLUDED.seq
      RETURNING 1
    )
    SELECT (SELECT count(*)::integer FROM given) AS given, (SELECT count(*)::integer FROM moved) AS moved`,
};

interface Row {
  group_id: string;
  device_id: string;
  seq: number;
  head: Buffer;
  at: Date;
  signature: Buffer;
}

/** Where the devices of a group stand in its order, signed by each: the server keeps it and gives it out, and can't make it. */
@Injectable()
export class StandsService {
  constructor(
    private readonly sql: Sql,
    private readonly directory: DirectoryService,
    private readonly clock: Clock,
  ) {}

  /** Nothing of groups of which the caller's device is no member. Throws TOO_LARGE. */
  async ofGroups(caller: Caller, groupIds: readonly string[]): Promise<StandType[]> {
    requireAtMost(groupIds.length, 'groupIds');
    const rows = await this.sql.run<Row>(OF_GROUPS, [groupIds, caller.deviceId]);
    return rows.map(({ group_id: groupId, device_id: deviceId, seq, head, at, signature }) => ({
      groupId,
      deviceId,
      seq,
      head,
      at,
      signature,
    }));
  }

  /** All or nothing; returns how many are newer than what was known. Throws STAND_INVALID, NOT_A_MEMBER or TOO_LARGE. */
  async put(caller: Caller, stands: readonly StandInput[]): Promise<number> {
    requireAtMost(stands.length, 'stands');
    if (new Set(stands.map(({ groupId }) => groupId)).size < stands.length) throw invalid('one stand a conversation');
    await this.#verify(caller, stands);
    return this.sql.transaction(async (run) => {
      const [row] = await run<{ given: number; moved: number }>(PUT_STANDS, [
        caller.deviceId,
        stands.map(({ groupId }) => groupId),
        stands.map(({ seq }) => seq),
        stands.map(({ head }) => Buffer.from(head)),
        stands.map(({ at }) => at),
        stands.map(({ signature }) => Buffer.from(signature)),
      ]);
      if (row?.given === stands.length) return row.moved;
      throw new Refusal('NOT_A_MEMBER', 'a stand is in a group of which this device is a member, up to its end');
    });
  }

  async #verify({ deviceId }: Caller, stands: readonly StandInput[]): Promise<void> {
    const device = await this.directory.device(deviceId);
    const latest = this.clock.now().getTime() + TOLERANCE_MS;
    for (const { groupId, seq, head, at, signature } of stands) {
      if (at.getTime() > latest) throw invalid("a stand is dated later than the server's clock");
      const signed = encodeStand({ groupId, deviceId, seq, head, at: at.getTime() });
      const isSound = seq >= 1 && head.length === HEAD_BYTES && device;
      if (!isSound || !verifySignature(device.signatureKey, signed, signature)) {
        throw invalid("a stand's signature does not verify");
      }
    }
  }
}

function requireAtMost(count: number, field: string): void {
  if (count > MOST_GROUPS) throw new Refusal('TOO_LARGE', `at most ${String(MOST_GROUPS)} at once`, { field });
}

function invalid(problem: string): Refusal {
  return new Refusal('STAND_INVALID', problem, { field: 'stands' });
}
