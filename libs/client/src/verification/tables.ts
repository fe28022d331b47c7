/** What the person has compared with others, and found the same. */
export const VERIFICATION_TABLES: readonly string[] = [
  'CREATE TABLE verification (person_id TEXT PRIMARY KEY, identity_key BLOB NOT NULL, verified_at TEXT NOT NULL) STRICT, WITHOUT ROWID',
];
