import type { Label } from '#policy';

import { ChanceryError } from '../errors.js';
import type { Profile } from '../profile.js';
import { textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import { labelOf } from './record.js';

/** A message that somebody responds to. @throws ChanceryError NOT_FOUND */
export async function requireTarget(sql: Sql, groupId: string, id: string): Promise<void> {
  const query = "SELECT * FROM message WHERE group_id = ? AND id = ? AND kind = 'text' LIMIT 1";
  if (!(await sql.get(query, [groupId, id]))) throw missing();
}

/**
 * A message of one's own that is to be changed, wherever it stands by now: with its newest label.
 * @throws ChanceryError NOT_FOUND; FORBIDDEN for a message of somebody else, and for what is a change itself
 */
export async function requireAuthor(
  sql: Sql,
  groupId: string,
  id: string,
  { personId }: Pick<Profile, 'personId'>,
): Promise<{ readonly label: Label }> {
  const unsent = await sql.get("SELECT * FROM outbox WHERE group_id = ? AND id = ? AND kind = 'text'", [groupId, id]);
  if (unsent) return { label: labelOf(unsent) };
  const query = "SELECT * FROM message WHERE group_id = ? AND id = ? AND kind = 'text' ORDER BY seq";
  const rows = await sql.all(query, [groupId, id]);
  const [first] = rows;
  if (!first) throw missing();
  const isOwn = rows.every((row) => row['sender_person'] === personId && row['replaces'] === null);
  if (!isOwn) throw new ChanceryError('FORBIDDEN', 'Only its author changes a message.', { field: 'message' });
  return { label: labelOf(await newestOf(sql, groupId, id, first)) };
}

async function newestOf(sql: Sql, groupId: string, id: string, original: Row): Promise<Row> {
  const query = `SELECT * FROM message WHERE group_id = ? AND replaces = ? AND sender_person = ? AND problem IS NULL
    ORDER BY seq DESC LIMIT 1`;
  return (await sql.get(query, [groupId, id, textOf(original, 'sender_person')])) ?? original;
}

function missing(): ChanceryError {
  return new ChanceryError('NOT_FOUND', 'This vault holds no such message.', { field: 'message' });
}
