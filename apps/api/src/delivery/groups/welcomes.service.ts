import { Injectable } from '@nestjs/common';

import type { Caller } from '../../access/index.js';
import { pageSize } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';
import type { PendingWelcome } from './group.types.js';

const MAX_CONFIRMED = 200;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const PENDING: Statement = {
  name: 'pending welcomes',
  text: `
    SELECT w.id, w.group_id, w.next_seq, w.payload FROM welcome_recipient r JOIN welcome w ON w.id = r.welcome_id
    WHERE r.device_id = $1 ORDER BY w.created_at, w.id LIMIT $2`,
};
const CONFIRM: Statement = {
  name: 'confirm welcomes',
  text: 'DELETE FROM welcome_recipient WHERE device_id = $1 AND welcome_id = ANY ($2::uuid[]) RETURNING welcome_id',
};
/** Of the devices that confirm at once, the one whose confirmation was stored last sees that nobody is left. */
const SWEEP: Statement = {
  name: 'sweep welcomes',
  text: `
    DELETE FROM welcome w WHERE w.id = ANY ($1::uuid[])
    AND NOT EXISTS (SELECT 1 FROM welcome_recipient r WHERE r.welcome_id = w.id)`,
};

interface Row {
  id: string;
  group_id: string;
  next_seq: number;
  payload: Buffer;
}

/** Keeps Welcomes until each device that they are for has stored its new state. */
@Injectable()
export class WelcomesService {
  constructor(private readonly sql: Sql) {}

  /** The oldest first. */
  async pending(caller: Caller, first: number): Promise<PendingWelcome[]> {
    const rows = await this.sql.run<Row>(PENDING, [caller.deviceId, pageSize(first)]);
    return rows.map(({ id, group_id, next_seq, payload }) => ({
      id,
      groupId: group_id,
      welcome: payload,
      nextSeq: next_seq,
    }));
  }

  /** Returns how many of them had waited for the caller's device. Throws BAD_INPUT or TOO_LARGE. */
  async confirm(caller: Caller, ids: readonly string[]): Promise<number> {
    if (ids.length > MAX_CONFIRMED) {
      throw new Refusal('TOO_LARGE', `at most ${String(MAX_CONFIRMED)} at once`, { field: 'ids' });
    }
    if (!ids.every((id) => UUID.test(id))) throw new Refusal('BAD_INPUT', 'not the id of a Welcome', { field: 'ids' });
    const confirmed = await this.sql.run<{ welcome_id: string }>(CONFIRM, [caller.deviceId, ids]);
    if (confirmed.length > 0) await this.sql.run(SWEEP, [confirmed.map(({ welcome_id }) => welcome_id)]);
    return confirmed.length;
  }
}
