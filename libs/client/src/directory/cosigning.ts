import { CosignCheckpointDocument } from '#contracts';
import { sign, toBase64, utf8 } from '#primitives';
import { cosignedBytes, decodeNote } from '#transparency';

import type { Core } from '../core.js';
import { hasCode, isTransient } from '../errors.js';
import { signInterval } from '../freshness/witnesses.js';
import { numberOf, textOf } from '../ports/store.js';
import { loadSetting, saveSetting } from '../profile.js';
import { knownPosts } from './people.js';

/** When this device last cosigned, in milliseconds since 1970. */
const COSIGNED_AT = 'cosignedAt';
/** The server has its reasons to do without this one, or the clocks differ; the next checkpoint is another occasion. */
const DISPENSABLE = ['FORBIDDEN', 'BAD_INPUT', 'NOT_FOUND'] as const;

/**
 * Tells the server, for all others to see, which log this device was shown: officers with the power witness and the devices
 * of missions do, each checkpoint once, and the newest one again after a while: so others know that it still is. What is cosigned was
 * computed here, from verified statements, and continues whatever this device has seen before.
 */
export async function cosign(core: Core): Promise<void> {
  const { store, directory, session, deviceKey, timer } = core;
  const row = await store.read((sql) => sql.get('SELECT size, note, cosigned FROM log_checkpoint'));
  if (!row || directory.alarms.current) return;
  const [size, now] = [numberOf(row, 'size'), timer.now().getTime()];
  if (numberOf(row, 'cosigned') >= size && now - (await cosignedAt(core)) < signInterval(core.policy)) return;
  if (!(await isCosigner(core))) return;
  const seconds = Math.floor(now / 1000);
  const { text } = decodeNote(utf8(textOf(row, 'note')));
  const signature = toBase64(sign(deviceKey.privateKey, cosignedBytes(text, seconds)));
  try {
    const time = new Date(seconds * 1000).toISOString();
    await session.execute(CosignCheckpointDocument, { size, time, signature });
  } catch (error) {
    if (isTransient(error)) return;
    if (!hasCode(error, ...DISPENSABLE)) throw error;
  }
  await store.transaction(async (sql) => {
    await sql.run('UPDATE log_checkpoint SET cosigned = ? WHERE size = ?', [size, size]);
    await saveSetting(sql, COSIGNED_AT, now);
  });
}

async function cosignedAt({ store }: Core): Promise<number> {
  return Number((await store.read((sql) => loadSetting(sql, COSIGNED_AT))) ?? 0);
}

async function isCosigner({ directory, profile, store, timer }: Core): Promise<boolean> {
  if (directory.current.powersOf(profile.personId, timer.now()).has('witness')) return true;
  const post = directory.current.person(profile.personId)?.post;
  return (await knownPosts(store)).some(({ id, kind }) => id === post && kind === 'MISSION');
}
