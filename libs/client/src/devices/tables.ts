/** What goes between the devices of a person after they are paired. */
export const DEVICE_TABLES: readonly string[] = [
  // The newest parcel that this device has taken from another, by its hash.
  'CREATE TABLE parcel_taken (device_id TEXT PRIMARY KEY, hash BLOB NOT NULL) STRICT, WITHOUT ROWID',
  // What another device has been handed: a hash of the content and of the key that it was sealed to.
  'CREATE TABLE parcel_sent (device_id TEXT PRIMARY KEY, hash BLOB NOT NULL) STRICT, WITHOUT ROWID',
  // Identity keys that another device has made and that may come into force.
  'CREATE TABLE identity_candidate (public_key BLOB PRIMARY KEY, private_key BLOB NOT NULL) STRICT, WITHOUT ROWID',
];

/**
 * Candidates in the order in which they came. Parcels are taken once more: from a vault without this order, one that was still to come into
 * force may be missing.
 */
export const ORDERED_CANDIDATES: readonly string[] = [
  'ALTER TABLE identity_candidate RENAME TO unordered_candidate',
  `CREATE TABLE identity_candidate (
     number INTEGER PRIMARY KEY AUTOINCREMENT, public_key BLOB NOT NULL UNIQUE, private_key BLOB NOT NULL) STRICT`,
  'INSERT INTO identity_candidate (public_key, private_key) SELECT public_key, private_key FROM unordered_candidate',
  'DROP TABLE unordered_candidate',
  'DELETE FROM parcel_taken',
];
