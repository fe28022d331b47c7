import { Injectable } from '@nestjs/common';

import type { PublicGroup } from '#mls/wire';

import type { Place } from '../envelopes/appender.js';
import type { Run, Statement } from '../sql.js';
import { PublicGroups } from './publicGroups.js';

const APPEND: Statement = {
  name: 'append proposal',
  text: `
    WITH next AS (UPDATE mls_group SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq)
    INSERT INTO envelope (group_id, seq, kind, epoch, sender_device, idempotency_key, accepted_at, payload)
    SELECT $1, last_seq, 'PROPOSAL', $2, $3, $4, clock_timestamp(), $5 FROM next RETURNING seq, accepted_at`,
};
const REPLACE_STATE: Statement = {
  name: 'state with proposals',
  text: 'UPDATE mls_group_state SET revision = $2, state = $3 WHERE group_id = $1',
};

/** A proposal as it is stored: in the order, and in the public state. */
export interface StoredProposal {
  readonly groupId: string;
  /** Empty for the server itself. */
  readonly senderDevice: string;
  readonly epoch: number;
  readonly idempotencyKey: Uint8Array;
  readonly payload: Buffer;
}

/** Writes proposals. The caller holds the row of the group. */
@Injectable()
export class ProposalStore {
  constructor(private readonly publicGroups: PublicGroups) {}

  async append(run: Run, { groupId, epoch, senderDevice, idempotencyKey, payload }: StoredProposal): Promise<Place> {
    const values = [groupId, epoch, senderDevice, idempotencyKey, payload];
    const [row] = await run<{ seq: number; accepted_at: Date }>(APPEND, values);
    if (!row) throw new Error('the locked group has a row');
    return { seq: row.seq, acceptedAt: row.accepted_at };
  }

  /** After proposals were added to `group`, which stood at `revision - 1` before. */
  async saveState(run: Run, groupId: string, epoch: number, revision: number, group: PublicGroup): Promise<void> {
    await run(REPLACE_STATE, [groupId, revision, Buffer.from(group.serialize())]);
    this.publicGroups.keep(groupId, epoch, revision, group);
  }
}
