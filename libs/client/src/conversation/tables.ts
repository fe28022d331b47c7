/** What came with replies, corrections and reactions that people see where they belong, and with drafts. */
export const CONTENT_TABLES: readonly string[] = [
  'CREATE INDEX message_by_answered ON message (group_id, in_reply_to) WHERE in_reply_to IS NOT NULL',
  `CREATE INDEX message_by_urgency ON message (group_id, id) WHERE precedence IN ('IMMEDIATE', 'FLASH')`,
  // body: JSON of what a person has begun to write in a conversation
  'CREATE TABLE draft (group_id TEXT PRIMARY KEY, body TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID',
];

/** What a vault of many messages looks like to SQLite's planner: rows, then rows for each first, first two … columns of an index. */
const STATISTICS: readonly (readonly [table: string, index: string, rows: string])[] = [
  ['message', 'message', '100000 2000 2 1'],
  ['message', 'message_by_id', '100000 2000 1'],
  ['message', 'message_by_replaced', '5000 500 1'],
  ['message', 'message_by_answered', '20000 1000 2'],
  ['message', 'message_by_urgency', '500 50 1'],
  ['search_entry', 'search_entry_by_message', '100000 2000 2 1'],
];

/**
 * Tells the planner that a conversation has many messages. It would otherwise take one for ten rows, and read all of it wherever a message is
 * looked up by its id, or by what it answers or replaces. Told, not measured: what a young vault shows would mislead it in an old one.
 */
export const PLANNING: readonly string[] = [
  'ANALYZE message_by_urgency', // makes the table of statistics
  'DELETE FROM sqlite_stat1',
  ...STATISTICS.map((row) => `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('${row.join("', '")}')`),
  'ANALYZE sqlite_schema', // reads it
];

/** Tables of the conversations that came with several devices of a person. */
export const NEWCOMER_TABLES: readonly string[] = [
  // people whose only device here was revoked: the next device of theirs comes in
  `CREATE TABLE conversation_absentee (
     group_id TEXT NOT NULL, person_id TEXT NOT NULL, PRIMARY KEY (group_id, person_id)) STRICT, WITHOUT ROWID`,
  // sound devices that were removed on purpose: they come back only when somebody adds them
  `CREATE TABLE conversation_removed (
     group_id TEXT NOT NULL, device_id TEXT NOT NULL, PRIMARY KEY (group_id, device_id)) STRICT, WITHOUT ROWID`,
  // own: those of the person's own devices that this one answers for and that are in the conversation
  'CREATE TABLE conversation_device (group_id TEXT PRIMARY KEY, own TEXT NOT NULL) STRICT, WITHOUT ROWID',
];
