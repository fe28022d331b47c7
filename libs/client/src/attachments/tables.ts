/**
 * Transfers under way. An upload's `state`, `chain` and `tail` belong to its first `chunks` chunks: `tail` is what is sealed of them behind the
 * byte `done` of the ciphertext. `window_end` and `window_hash`: the bytes that were about to be sent, or may have been.
 */
export const ATTACHMENT_TABLES: readonly string[] = [
  `CREATE TABLE attachment_draft (
     id TEXT PRIMARY KEY, group_id TEXT NOT NULL, message TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE attachment_upload (
     id TEXT PRIMARY KEY, draft_id TEXT NOT NULL REFERENCES attachment_draft ON DELETE CASCADE, position INTEGER NOT NULL,
     source TEXT NOT NULL, version TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL, key BLOB NOT NULL,
     chunks INTEGER NOT NULL, state BLOB NOT NULL, chain BLOB NOT NULL, tail BLOB NOT NULL, done INTEGER NOT NULL,
     window_end INTEGER, window_hash BLOB) STRICT, WITHOUT ROWID`,
  'CREATE INDEX attachment_upload_by_draft ON attachment_upload (draft_id, position)',
  `CREATE TABLE attachment_download (
     id TEXT NOT NULL, folder TEXT NOT NULL, chunks INTEGER NOT NULL, state BLOB NOT NULL, chain BLOB NOT NULL,
     PRIMARY KEY (id, folder)) STRICT, WITHOUT ROWID`,
];

/** problem: JSON of why a message whose files nobody waits for was refused; it stays until its person tries again or takes it back. */
export const ATTACHMENT_REFUSALS: readonly string[] = ['ALTER TABLE attachment_draft ADD COLUMN problem TEXT'];
