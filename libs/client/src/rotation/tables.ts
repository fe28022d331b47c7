/**
 * When each member's leaf was last replaced, as far as this device saw it. Of the own leaf also: how many messages this device had sent,
 * and up to which statement it knew the directory.
 */
export const ROTATION_TABLES: readonly string[] = [
  `CREATE TABLE leaf_change (
     group_id TEXT NOT NULL, device_id TEXT NOT NULL, at INTEGER NOT NULL, counter INTEGER NOT NULL, statement INTEGER NOT NULL,
     PRIMARY KEY (group_id, device_id)) STRICT, WITHOUT ROWID`,
  'ALTER TABLE pending_commit ADD COLUMN statement INTEGER NOT NULL DEFAULT 0',
];
