/** What a device keeps of the history that it seals, and of the history that it takes over. */
export const HISTORY_TABLES: readonly string[] = [
  // Who gave a message that this device has not received itself: the own person, from sealed history, or a member who handed it over.
  'ALTER TABLE message ADD COLUMN given_by TEXT',
  // since: place of the revocation for which a key took the place of the one before; 0 for the first.
  'CREATE TABLE history_key (key BLOB PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  // Messages that are still to be sealed, in the order in which they came.
  `CREATE TABLE history_pending (
     number INTEGER PRIMARY KEY AUTOINCREMENT, group_id TEXT NOT NULL, seq INTEGER NOT NULL, rank INTEGER NOT NULL,
     UNIQUE (group_id, seq, rank)) STRICT`,
  'INSERT INTO history_pending (group_id, seq, rank) SELECT group_id, seq, rank FROM message ORDER BY accepted_at',
  // Segments of this device; the sealed bytes stay until the server has them.
  'CREATE TABLE history_segment (number INTEGER PRIMARY KEY, hash BLOB NOT NULL, sealed BLOB) STRICT',
  // The furthest that each device's history was ever known to reach.
  'CREATE TABLE history_anchor (device_id TEXT PRIMARY KEY, segments INTEGER NOT NULL, head BLOB NOT NULL) STRICT, WITHOUT ROWID',
  /* How far another device's history has been taken over: of the run that is under way the next segment (0: it is complete), the hash that it
     has to have, and where the run ends; `done` and `done_hash`: the last segment of the run before. */
  `CREATE TABLE history_restore (
     device_id TEXT PRIMARY KEY, next INTEGER NOT NULL, hash BLOB NOT NULL, newest INTEGER NOT NULL, newest_hash BLOB NOT NULL,
     done INTEGER NOT NULL, done_hash BLOB NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TRIGGER message_left_history AFTER DELETE ON message BEGIN
     DELETE FROM history_pending WHERE group_id = OLD.group_id AND seq = OLD.seq AND rank = OLD.rank;
   END`,
];
