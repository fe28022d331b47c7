import { Injectable } from '@nestjs/common';

import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';
import type { EnvelopeKind, EnvelopePage, EnvelopeType } from './envelope.types.js';

/** A stay without envelopes to show is one row whose `seq` is null. */
interface Row {
  last_seq: number;
  seq: number | null;
  kind: EnvelopeKind;
  epoch: number;
  accepted_at: Date;
  payload: Buffer;
}

/**
 * Each stay of the device is a range of the primary key, so a page costs what it returns, wherever it begins. Stays do
 * not overlap.
 */
const READ: Statement = {
  name: 'read envelopes',
  text: `
    SELECT least(g.last_seq, m.left_seq) AS last_seq, e.seq, e.kind, e.epoch, e.accepted_at, e.payload
    FROM mls_group g
    JOIN group_member m ON m.group_id = g.id
    LEFT JOIN LATERAL (
      SELECT e.seq, e.kind, e.epoch, e.accepted_at, e.payload FROM envelope e
      WHERE e.group_id = g.id AND e.seq > greatest($3, m.first_seq - 1) AND e.seq <= coalesce(m.left_seq, g.last_seq)
      ORDER BY e.seq LIMIT $4
    ) e ON true
    WHERE g.id = $1 AND m.device_id = $2
    ORDER BY e.seq NULLS LAST LIMIT $4`,
};
const RANGE: Statement = {
  name: 'read small envelopes',
  text: `
    SELECT seq, kind, epoch, accepted_at, payload FROM envelope
    WHERE group_id = $1 AND seq BETWEEN $2 AND $3 AND octet_length(payload) <= $4 ORDER BY seq`,
};

/** Reads the ordered logs. */
@Injectable()
export class EnvelopeLog {
  constructor(private readonly sql: Sql) {}

  /**
   * What stands after the place `after`, as far as the device was a member then: from after the commit that added it up
   * to the one that removed it. Undefined when it never was a member.
   */
  async read(groupId: string, deviceId: string, after: number, first: number): Promise<EnvelopePage | undefined> {
    const rows = await this.sql.run<Row>(READ, [groupId, deviceId, after, first]);
    if (rows.length === 0) return undefined;
    const envelopes = rows.flatMap((row) => toEnvelope(groupId, row));
    return { envelopes, lastSeq: Math.max(...rows.map(({ last_seq }) => last_seq)) };
  }

  /** Those from `from` to `to`, both included, whose payload has at most `maxBytes`, in order. Asks for no member. */
  async range(groupId: string, from: number, to: number, maxBytes: number): Promise<EnvelopeType[]> {
    const rows = await this.sql.run<Row>(RANGE, [groupId, from, to, maxBytes]);
    return rows.flatMap((row) => toEnvelope(groupId, row));
  }
}

function toEnvelope(groupId: string, { seq, kind, epoch, payload, accepted_at: acceptedAt }: Row): EnvelopeType[] {
  return seq === null ? [] : [{ groupId, seq, kind, epoch, payload, acceptedAt }];
}
