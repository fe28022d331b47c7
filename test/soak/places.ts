/** What the server's database says of conversations: the truth that histories are held against. */
import { sql } from '../support/ministry.js';
import type { TestServer } from '../support/server.js';
import type { Absence } from './problems.js';
import type { Membership, Place } from './verdict.js';

/** Application messages in their order, by conversation. */
export async function placesIn(server: TestServer): Promise<ReadonlyMap<string, readonly Place[]>> {
  const rows = await sql<{ group_id: string; seq: number; sender_device: string }>(
    server,
    "SELECT group_id, seq, sender_device FROM envelope WHERE kind = 'APPLICATION' ORDER BY group_id, seq",
  );
  const places = new Map<string, Place[]>();
  for (const { group_id: id, seq, sender_device: senderDevice } of rows) {
    const known = places.get(id) ?? [];
    known.push({ seq, senderDevice });
    places.set(id, known);
  }
  return places;
}

export async function membershipsOf(server: TestServer, deviceId: string, conversation: string): Promise<Membership[]> {
  const rows = await sql<{ first_seq: number; left_seq: number | null }>(
    server,
    'SELECT first_seq, left_seq FROM group_member WHERE group_id = $1 AND device_id = $2',
    [conversation, deviceId],
  );
  return rows.map(({ first_seq: first, left_seq: last }) => ({ first, last: last ?? undefined }));
}

/** From the commit that removed the device to the one that brought it back. */
export async function absencesOf(server: TestServer, deviceId: string): Promise<Absence[]> {
  const rows = await sql<{ group_id: string; gone_at: Date; back_at: Date | null }>(
    server,
    `SELECT m.group_id, gone.accepted_at AS gone_at, (
       SELECT min(back.accepted_at) FROM group_member later
       JOIN envelope back ON back.group_id = later.group_id AND back.seq = later.first_seq - 1
       WHERE later.group_id = m.group_id AND later.device_id = m.device_id AND later.first_seq > m.left_seq
     ) AS back_at
     FROM group_member m JOIN envelope gone ON gone.group_id = m.group_id AND gone.seq = m.left_seq
     WHERE m.device_id = $1`,
    [deviceId],
  );
  return rows.map(({ group_id: conversation, gone_at: gone, back_at: back }) => ({
    conversation,
    from: gone.getTime(),
    until: back?.getTime(),
  }));
}
