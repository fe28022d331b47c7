import { Injectable } from '@nestjs/common';

import { encodeReceipt } from '#contracts';
import { verifySignature } from '#primitives/verify';

import type { Caller } from '../../access/index.js';
import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';
import type { ReceiptInput, ReceiptKind, ReceiptType } from './receipt.types.js';

const MAX_PUT = 200;

/** Only of members, and only to members: without a stay that lasts there are no rows, not even the caller's. */
const OF_GROUP: Statement = {
  name: 'receipts of group',
  text: `
    SELECT r.device_id, r.kind, r.up_to, r.signature, r.at FROM group_member own
    LEFT JOIN group_member m ON m.group_id = own.group_id AND m.left_seq IS NULL
    LEFT JOIN receipt r ON r.group_id = m.group_id AND r.device_id = m.device_id
    WHERE own.group_id = $1 AND own.device_id = $2 AND own.left_seq IS NULL
    ORDER BY r.device_id, r.kind`,
};
/**
 * Returns how far the group has come when the device is a member; a receipt moves forward or not at all. Written in one order, so that two
 * copies of one request do not wait for each other.
 */
export const PUT_RECEIPTS: Statement = {
  name: 'put receipts',
  text: `
    WITH given AS (
      SELECT i.* FROM unnest($2::text[], $3::text[], $4::integer[], $5::bytea[]) AS i(group_id, kind, up_to, signature)
      JOIN group_member m ON m.group_id = i.group_id AND m.device_id = $1 AND m.left_seq IS NULL
      JOIN mls_group g ON g.id = i.group_id AND i.up_to <= g.last_seq
    ), moved AS (
      INSERT INTO receipt AS r (group_id, device_id, kind, up_to, signature, at)
      SELECT group_id, $1, kind, up_to, signature, $6 FROM given ORDER BY group_id, kind
      ON CONFLICT (group_id, device_id, kind)
      DO UPDATE SET up_to = EXCLUDED.up_to, signature = EXCLUDED.signature, at = EXCLUDED.at
      WHERE r.up_to < EXCLUDED.up_to
      RETURNING 1
    )
    SELECT (SELECT count(*)::integer FROM given) AS given, (SELECT count(*)::integer FROM moved) AS moved`,
};
const MEMBERSHIPS: Statement = {
  name: 'memberships of groups',
  text: `
    SELECT count(*)::integer AS count FROM group_member
    WHERE device_id = $1 AND group_id = ANY($2::text[]) AND left_seq IS NULL`,
};

interface Row {
  device_id: string | null;
  kind: ReceiptKind;
  up_to: number;
  signature: Buffer;
  at: Date;
}

/** Receipts: how far each device of a group has received and read, signed by the device. */
@Injectable()
export class ReceiptsService {
  constructor(
    private readonly sql: Sql,
    private readonly directory: DirectoryService,
    private readonly clock: Clock,
  ) {}

  /** Throws NOT_A_MEMBER. */
  async ofGroup(caller: Caller, groupId: string): Promise<ReceiptType[]> {
    const rows = await this.sql.run<Row>(OF_GROUP, [groupId, caller.deviceId]);
    if (rows.length === 0) throw notAMember();
    return rows.flatMap(({ device_id: deviceId, kind, up_to: upTo, signature, at }) =>
      deviceId === null ? [] : [{ groupId, deviceId, kind, upTo, signature, at }],
    );
  }

  /** All or nothing; returns how many moved a cursor forward. Throws NOT_A_MEMBER, RECEIPT_INVALID or TOO_LARGE. */
  async put(caller: Caller, receipts: readonly ReceiptInput[]): Promise<number> {
    if (receipts.length > MAX_PUT) {
      throw new Refusal('TOO_LARGE', `at most ${String(MAX_PUT)} at once`, { field: 'receipts' });
    }
    const newest = newestOnly(receipts);
    await this.#verify(caller, newest);
    return this.sql.transaction(async (run) => {
      const [row] = await run<{ given: number; moved: number }>(PUT_RECEIPTS, [
        caller.deviceId,
        newest.map(({ groupId }) => groupId),
        newest.map(({ kind }) => kind),
        newest.map(({ upTo }) => upTo),
        newest.map(({ signature }) => Buffer.from(signature)),
        this.clock.now(),
      ]);
      if (row?.given === newest.length) return row.moved;
      const groupIds = [...new Set(newest.map(({ groupId }) => groupId))];
      const [memberships] = await run<{ count: number }>(MEMBERSHIPS, [caller.deviceId, groupIds]);
      if (memberships?.count !== groupIds.length) throw notAMember();
      throw new Refusal('RECEIPT_INVALID', 'a receipt goes up to the end of its conversation');
    });
  }

  async #verify({ deviceId }: Caller, receipts: readonly ReceiptInput[]): Promise<void> {
    const device = await this.directory.device(deviceId);
    for (const { groupId, kind, upTo, signature } of receipts) {
      const signed = encodeReceipt({ groupId, deviceId, kind, upTo });
      if (upTo < 1 || !device || !verifySignature(device.signatureKey, signed, signature)) {
        throw new Refusal('RECEIPT_INVALID', "a receipt's signature does not verify", { field: 'receipts' });
      }
    }
  }
}

function notAMember(): Refusal {
  return new Refusal('NOT_A_MEMBER', 'this device is not a member of the conversation');
}

/** The furthest of each group and kind: one statement may write a row once only. */
function newestOnly(receipts: readonly ReceiptInput[]): ReceiptInput[] {
  const newest = new Map<string, ReceiptInput>();
  for (const receipt of receipts) {
    const key = `${receipt.groupId} ${receipt.kind}`;
    const known = newest.get(key);
    if (!known || known.upTo < receipt.upTo) newest.set(key, receipt);
  }
  return [...newest.values()];
}
