/**
 * since: from when on this device counts as up to date without anybody's word: when it first looked, or its person said so. asked, given: when
 * it last asked for the stands of others, and gave its own. Times in milliseconds since 1970.
 *
 * stand: the newest word of each device. says: `agrees` with what stands here; `ahead` of what the server gives this device; `forked`: another
 * order. signed_at: by the device's clock; at: no later than its arrival.
 */
export const FRESHNESS_TABLES: readonly string[] = [
  `CREATE TABLE freshness (
     group_id TEXT PRIMARY KEY, since INTEGER NOT NULL, asked INTEGER NOT NULL, given INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE stand (
     group_id TEXT NOT NULL, device_id TEXT NOT NULL, person_id TEXT NOT NULL, seq INTEGER NOT NULL, says TEXT NOT NULL,
     signed_at INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (group_id, device_id)) STRICT, WITHOUT ROWID`,
];
