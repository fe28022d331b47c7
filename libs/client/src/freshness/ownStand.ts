import { encodeStand, PutStandsDocument } from '#contracts';
import type { StandInput } from '#contracts';
import { sign, toBase64 } from '#primitives';

import type { ConversationRecord } from '../conversation/record.js';
import type { Core } from '../core.js';
import { hasCode } from '../errors.js';

/** Signs where this device stands; undefined while it does not know the head of the log. */
function signStand({ profile, deviceKey, timer }: Core, record: ConversationRecord): StandInput | undefined {
  const { id: groupId, cursor: seq, head } = record;
  if (!head || seq < 1) return undefined;
  const at = timer.now();
  const signed = encodeStand({ groupId, deviceId: profile.deviceId, seq, head, at: at.getTime() });
  const signature = toBase64(sign(deviceKey.privateKey, signed));
  return { groupId, seq, head: toBase64(head), at: at.toISOString(), signature };
}

/** Tells the others of these conversations, of which this device knows the newest state, where it stands. */
export async function giveStands(core: Core, records: readonly ConversationRecord[]): Promise<void> {
  const stands = records.flatMap((record) => signStand(core, record) ?? []);
  if (stands.length === 0) return;
  await put(core, stands);
  const given = 'UPDATE freshness SET given = ? WHERE group_id = ?';
  const now = core.timer.now().getTime();
  await core.store.transaction(async (sql) => {
    for (const { groupId } of stands) await sql.run(given, [now, groupId]);
  });
}

/** A conversation that this device is no member of any more, as it is about to hear, keeps nothing back from the others. */
async function put(core: Core, stands: readonly StandInput[]): Promise<void> {
  try {
    await core.session.execute(PutStandsDocument, { stands: [...stands] });
  } catch (error) {
    if (!hasCode(error, 'STAND_INVALID', 'NOT_A_MEMBER')) throw error;
    if (stands.length > 1) for (const stand of stands) await put(core, [stand]);
    else if (error.code === 'STAND_INVALID') {
      const { code, message } = error;
      core.emit({ type: 'problem', conversationId: undefined, problem: { code, message } });
    }
  }
}
