/** What a device keeps of the transparency log. */
export const LOG_TABLES: readonly string[] = [
  // Hashes of perfect subtrees: entries from idx * 2^level up to, not including, (idx + 1) * 2^level.
  'CREATE TABLE log_node (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) STRICT, WITHOUT ROWID',
  // The newest signed checkpoint that fitted, and the size that this device has cosigned.
  'CREATE TABLE log_checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, note TEXT NOT NULL, cosigned INTEGER NOT NULL) STRICT',
  // Evidence: what this device had been shown, and what it was shown then. Rows are never removed.
  `CREATE TABLE log_alarm (
     id INTEGER PRIMARY KEY, code TEXT NOT NULL, message TEXT NOT NULL, seen TEXT, shown TEXT,
     raised_at TEXT NOT NULL, ended_at TEXT) STRICT`,
  // Checkpoints that messages have named and that wait to be compared.
  `CREATE TABLE heard_checkpoint (
     group_id TEXT NOT NULL, seq INTEGER NOT NULL, device_id TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, signature BLOB,
     PRIMARY KEY (group_id, seq)) STRICT, WITHOUT ROWID`,
];
