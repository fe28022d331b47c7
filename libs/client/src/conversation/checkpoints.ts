import type { EnvelopeHeader } from '#contracts';

import type { Core } from '../core.js';
import type { Sender } from './counters.js';
import type { Place } from './envelope.js';
import type { Draft } from './groups.js';

/**
 * Holds the log that the sender has seen against the own one. What does not agree is written down in this transaction, and
 * looked into when it has ended: the directory is brought up to date, then compared. Messages of the first version name none.
 */
export async function hearCheckpoint(
  { directory }: Pick<Core, 'directory'>,
  { sql, record }: Draft,
  { seq }: Pick<Place, 'seq'>,
  { deviceId }: Sender,
  { checkpoint }: EnvelopeHeader,
): Promise<void> {
  if (checkpoint) await directory.hear(sql, { groupId: record.id, seq, deviceId, ...checkpoint });
}
