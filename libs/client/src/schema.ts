import { numberOf } from './ports/store.js';
import { ROTATION_TABLES } from './rotation/tables.js';
import type { Sql, Store } from './ports/store.js';

import { ADMINISTRATION_TABLES, PROMISED_TITLES } from './administration/tables.js';
import { CONTENT_TABLES, NEWCOMER_TABLES, PLANNING } from './conversation/tables.js';
import { DEVICE_TABLES, ORDERED_CANDIDATES } from './devices/tables.js';
import { LOG_TABLES } from './directory/tables.js';
import { ChanceryError } from './errors.js';
import { ATTACHMENT_REFUSALS, ATTACHMENT_TABLES } from './attachments/tables.js';
import { FRESHNESS_TABLES } from './freshness/tables.js';
import { HISTORY_TABLES } from './history/tables.js';
import { REINIT_TABLES } from './reinit/tables.js';
import { RESYNC_TABLES } from './resync/tables.js';
import { SEARCH_TABLES } from './search/tables.js';
import { VERIFICATION_TABLES } from './verification/tables.js';

/** Each entry brings a vault from the version before to its own (index + 1); entries never change once released. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    // One JSON value a key: who this device is, where its server is, what is under way.
    'CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
    'CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID',
    'CREATE TABLE statement (seq INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT',
    'CREATE TABLE directory_snapshot (one INTEGER PRIMARY KEY CHECK (one = 1), head INTEGER NOT NULL, snapshot BLOB NOT NULL) STRICT',
    `CREATE TABLE issued_invitation (
       id TEXT PRIMARY KEY, person_id TEXT NOT NULL, person_name TEXT NOT NULL, post_id TEXT NOT NULL,
       clearance TEXT NOT NULL, secret BLOB NOT NULL, expires_at TEXT NOT NULL) STRICT, WITHOUT ROWID`,
    `CREATE TABLE key_package (
       ref BLOB PRIMARY KEY, key_package BLOB NOT NULL, secrets BLOB NOT NULL, last_resort INTEGER NOT NULL,
       expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
    // cursor: place of the newest envelope processed. anchor: the place from which the log's heads are known here.
    `CREATE TABLE conversation (
       id TEXT PRIMARY KEY, name TEXT NOT NULL, label TEXT NOT NULL, epoch INTEGER NOT NULL, state TEXT NOT NULL,
       problem TEXT, cursor INTEGER NOT NULL, first_seq INTEGER NOT NULL, head BLOB, next_counter INTEGER NOT NULL,
       proposals INTEGER NOT NULL, read_up_to INTEGER NOT NULL, welcome_id TEXT, named_at INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
    `CREATE TABLE group_record (
       group_id TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (group_id, key)) STRICT, WITHOUT ROWID`,
    'CREATE TABLE log_entry (group_id TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, head BLOB, PRIMARY KEY (group_id, seq)) STRICT, WITHOUT ROWID',
    // missing: JSON list of the counters below next_counter that no message has come with.
    `CREATE TABLE sender (
       group_id TEXT NOT NULL, device_id TEXT NOT NULL, next_counter INTEGER NOT NULL, missing TEXT NOT NULL,
       PRIMARY KEY (group_id, device_id)) STRICT, WITHOUT ROWID`,
    // rank 0: a notice that stands before the envelope of that place; rank 1: the envelope itself.
    `CREATE TABLE message (
       group_id TEXT NOT NULL, seq INTEGER NOT NULL, rank INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL,
       text TEXT NOT NULL, content BLOB, sender_person TEXT, sender_device TEXT, label TEXT NOT NULL, precedence TEXT NOT NULL,
       sent_at TEXT NOT NULL, accepted_at TEXT NOT NULL, in_reply_to TEXT, replaces TEXT, problem TEXT,
       PRIMARY KEY (group_id, seq, rank)) STRICT, WITHOUT ROWID`,
    'CREATE INDEX message_by_id ON message (group_id, id)',
    `CREATE TABLE outbox (
       number INTEGER PRIMARY KEY AUTOINCREMENT, group_id TEXT NOT NULL, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, text TEXT NOT NULL,
       content BLOB NOT NULL, label TEXT NOT NULL, precedence TEXT NOT NULL, in_reply_to TEXT, replaces TEXT, sent_at TEXT NOT NULL,
       idempotency_key BLOB NOT NULL, counter INTEGER, payload BLOB, epoch INTEGER, state TEXT NOT NULL, seq INTEGER, accepted_at TEXT,
       problem TEXT) STRICT`,
    'CREATE INDEX outbox_by_group ON outbox (group_id, state, number)',
    // Every payload that a waiting message was ever encrypted to: a lost answer may have been a yes to an earlier one.
    'CREATE TABLE outbox_payload (hash BLOB PRIMARY KEY, number INTEGER NOT NULL REFERENCES outbox ON DELETE CASCADE) STRICT, WITHOUT ROWID',
    'CREATE INDEX outbox_payload_by_number ON outbox_payload (number)',
    `CREATE TABLE pending_commit (
       group_id TEXT PRIMARY KEY, payload BLOB NOT NULL, welcome BLOB, idempotency_key BLOB NOT NULL) STRICT, WITHOUT ROWID`,
    'CREATE TABLE receipt (group_id TEXT NOT NULL, kind TEXT NOT NULL, up_to INTEGER NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (group_id, kind)) STRICT, WITHOUT ROWID',
  ],
  [
    ...SEARCH_TABLES,
    ...HISTORY_TABLES,
    ...ADMINISTRATION_TABLES,
    ...ROTATION_TABLES,
    ...LOG_TABLES,
    ...NEWCOMER_TABLES,
    ...ATTACHMENT_TABLES,
    ...VERIFICATION_TABLES,
    ...DEVICE_TABLES,
    ...REINIT_TABLES,
    ...FRESHNESS_TABLES,
    ...RESYNC_TABLES,
  ],
  [...CONTENT_TABLES, ...PLANNING],
  ATTACHMENT_REFUSALS,
  ORDERED_CANDIDATES,
  PROMISED_TITLES,
];

/**
 * Brings a store to the newest version.
 * @throws ChanceryError VAULT_NEWER for a vault of a newer version of Chancery
 */
export function migrate(store: Store): Promise<void> {
  return store.transaction(async (sql) => {
    const version = await versionOf(sql);
    if (version > MIGRATIONS.length) {
      throw new ChanceryError('VAULT_NEWER', 'The vault was written by a newer version of Chancery.');
    }
    for (const statement of MIGRATIONS.slice(version).flat()) await sql.run(statement);
    await sql.run(`PRAGMA user_version = ${String(MIGRATIONS.length)}`);
  });
}

async function versionOf(sql: Sql): Promise<number> {
  const row = await sql.get('PRAGMA user_version');
  return row ? numberOf(row, 'user_version') : 0;
}
