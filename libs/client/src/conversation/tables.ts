/** What came with replies, corrections and reactions that people see where they belong, and with drafts. */
export const CONTENT_TABLES: readonly string[] = [
  'CREATE INDEX message_by_answered ON message (group_id, in_reply_to) WHERE in_reply_to IS NOT NULL',
  `CREATE INDEX message_by_urgency ON message (group_id, id) WHERE precedence IN ('IMMEDIATE', 'FLASH')`,
  // body: JSON of what a person has begun to write in a conversation
  'CREATE TABLE draft (group_id TEXT PRIMARY KEY, body TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID',
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
