/**
 * The index of one's own messages. It holds no text: FTS5 keeps terms of our own making only (contentless), and all of it lies in the
 * encrypted vault, so that it ends with the vault.
 */
export const SEARCH_TABLES: readonly string[] = [
  // words: every word, folded, in order; stems: what a word comes from, where that differs; facets: whose, and in which conversation.
  `CREATE VIRTUAL TABLE message_search USING fts5(words, stems, facets, content = '', contentless_delete = 1, prefix = '2 3',
     tokenize = "ascii tokenchars '_'")`,
  // place: the rowid of the index, which grows with the time at which the server took the message.
  `CREATE TABLE search_entry (
     place INTEGER PRIMARY KEY, group_id TEXT NOT NULL, seq INTEGER NOT NULL, rank INTEGER NOT NULL) STRICT`,
  'CREATE UNIQUE INDEX search_entry_by_message ON search_entry (group_id, seq, rank)',
  'CREATE TABLE search_language (language TEXT PRIMARY KEY, messages INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  // Messages that came in bulk, or before there was an index: they are indexed step by step.
  `CREATE TABLE search_pending (
     group_id TEXT NOT NULL, seq INTEGER NOT NULL, rank INTEGER NOT NULL, PRIMARY KEY (group_id, seq, rank)) STRICT, WITHOUT ROWID`,
  `INSERT INTO search_pending SELECT group_id, seq, rank FROM message WHERE kind IN ('text', 'rename')`,
  'CREATE INDEX message_by_replaced ON message (group_id, replaces) WHERE replaces IS NOT NULL',
  `CREATE TRIGGER message_left_search AFTER DELETE ON message BEGIN
     DELETE FROM message_search WHERE rowid IN
       (SELECT place FROM search_entry WHERE group_id = OLD.group_id AND seq = OLD.seq AND rank = OLD.rank);
     DELETE FROM search_entry WHERE group_id = OLD.group_id AND seq = OLD.seq AND rank = OLD.rank;
     DELETE FROM search_pending WHERE group_id = OLD.group_id AND seq = OLD.seq AND rank = OLD.rank;
   END`,
];
