import { numberOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';

/*
 * The group that takes the place of a conversation's is made before the server has taken it. Its records lie beside those of the group,
 * under its own id, which begins with the conversation's.
 */

/** Whether this device has made the group with this MLS group id. */
export async function hasFounded(sql: Sql, mlsGroupId: string): Promise<boolean> {
  const row = await sql.get('SELECT count(*) AS n FROM group_record WHERE group_id = ?', [mlsGroupId]);
  return row !== undefined && numberOf(row, 'n') > 0;
}

/** The group is the conversation's from now on. The one before it is forgotten: nothing of it can be read any more. */
export async function installFounded(sql: Sql, groupId: string, mlsGroupId: string): Promise<void> {
  await sql.run('DELETE FROM group_record WHERE group_id = ?', [groupId]);
  await sql.run('UPDATE group_record SET group_id = ? WHERE group_id = ?', [groupId, mlsGroupId]);
  await forgetFounded(sql, groupId);
}

/** The server has taken another commit. */
export async function forgetFounded(sql: Sql, groupId: string): Promise<void> {
  // behind the id itself, before any other conversation's: g follows the last hexadecimal digit
  await sql.run('DELETE FROM group_record WHERE group_id > ? AND group_id < ?', [groupId, `${groupId}g`]);
}
