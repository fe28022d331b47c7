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
