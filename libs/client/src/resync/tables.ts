/**
 * resync_call: members that could not follow a commit and have asked to be brought back; epoch: the one that they stand in.
 * epoch_place: the place of the commit that began each of the last epochs. epoch_newcomer: who came in with it.
 * Epochs are those of the conversation.
 */
export const RESYNC_TABLES: readonly string[] = [
  `CREATE TABLE resync_call (
     group_id TEXT NOT NULL, device_id TEXT NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (group_id, device_id)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE epoch_place (
     group_id TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (group_id, epoch)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE epoch_newcomer (
     group_id TEXT NOT NULL, epoch INTEGER NOT NULL, device_id TEXT NOT NULL, PRIMARY KEY (group_id, epoch, device_id)) STRICT, WITHOUT ROWID`,
];
