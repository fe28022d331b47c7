/** What came with the move of a conversation to another cipher suite. 77 is the hybrid suite, the only one before there were moves. */
export const REINIT_TABLES: readonly string[] = [
  'ALTER TABLE conversation ADD COLUMN suite INTEGER NOT NULL DEFAULT 77',
  'ALTER TABLE conversation ADD COLUMN epoch_base INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE conversation ADD COLUMN moving_to TEXT',
  'ALTER TABLE conversation ADD COLUMN entered_by TEXT',
  'ALTER TABLE pending_commit ADD COLUMN successor BLOB',
];
