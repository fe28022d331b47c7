import type { Core } from '../core.js';
import { maybeNumber } from '../ports/store.js';
import type { MessageView, VersionView } from '../types.js';
import { readRows } from './messages.js';
import { IS_SHOWN, readVersions, threadRows } from './related.js';
import { readerOf } from './sync.js';

/** Place of the first message that the server took at a time (RFC 3339) or later; undefined where there is none. */
export function placeAt({ store, profile }: Core, id: string, time: string): Promise<number | undefined> {
  const query = `SELECT min(seq) AS seq FROM message WHERE ${IS_SHOWN} AND group_id = ? AND accepted_at >= ?`;
  return store.read(async (sql) => {
    const row = await sql.get(query, [profile.personId, id, time]);
    return row && maybeNumber(row, 'seq');
  });
}

/** What began the thread that a message stands in, and all that answers it. */
export function readThread(core: Core, id: string, messageId: string): Promise<MessageView[]> {
  return core.store.read(async (sql) => readRows(sql, id, await threadRows(sql, id, messageId), readerOf(core)));
}

/** Every wording of a message, oldest first. */
export function versionsOf(core: Core, id: string, messageId: string): Promise<VersionView[]> {
  return core.store.read((sql) => readVersions(sql, id, messageId, readerOf(core)));
}
