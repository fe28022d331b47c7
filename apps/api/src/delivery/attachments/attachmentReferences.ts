import { Injectable } from '@nestjs/common';

import { ATTACHMENTS_PER_MESSAGE } from '#contracts';

import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';
import { gone, requireId } from './attachmentRefusals.js';

/** The lock keeps the collector from dooming what is being named. */
const ADD: Statement = {
  name: 'reference attachments',
  text: `
    WITH found AS (
      SELECT id FROM attachment
      WHERE id = ANY ($1::uuid[]) AND group_id = $2 AND person_id = $3 AND state = 'COMPLETE'
      ORDER BY id FOR SHARE
    ), added AS (
      INSERT INTO attachment_reference (attachment_id, group_id, sender_device, idempotency_key, at)
      SELECT id, $2, $4, $5, $6 FROM found
      ON CONFLICT (attachment_id, sender_device, idempotency_key) DO UPDATE SET at = EXCLUDED.at
    )
    SELECT count(*)::integer AS found FROM found`,
};

interface Naming {
  readonly groupId: string;
  readonly idempotencyKey: Uint8Array;
  readonly attachments?: readonly string[] | null;
}

/** Which messages name which attachments: what no message names is removed after a day. */
@Injectable()
export class AttachmentReferences {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /** Just before the envelope is appended. Throws ATTACHMENT_GONE unless all are complete and the caller's own. */
  async add({ deviceId, personId }: Caller, { groupId, idempotencyKey, attachments }: Naming): Promise<void> {
    const ids = [...new Set(attachments ?? [])];
    if (ids.length === 0) return;
    if (ids.length > ATTACHMENTS_PER_MESSAGE) {
      const limit = `a message has at most ${String(ATTACHMENTS_PER_MESSAGE)} attachments`;
      throw new Refusal('TOO_LARGE', limit, { field: 'attachments' });
    }
    for (const id of ids) requireId(id, 'attachments');
    const key = Buffer.from(idempotencyKey);
    const [row] = await this.sql.run<{ found: number }>(ADD, [ids, groupId, personId, deviceId, key, this.clock.now()]);
    if (row?.found !== ids.length) throw gone();
  }
}
