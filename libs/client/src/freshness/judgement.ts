import { freshnessDays } from '#policy';

import { deviceIdOf } from '../conversation/admission.js';
import { nameOfPerson } from '../conversation/people.js';
import type { ConversationRecord } from '../conversation/record.js';
import type { Core } from '../core.js';
import { numberOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import type { Problem } from '../types.js';
import { evidenceOf } from './evidence.js';
import type { Evidence } from './evidence.js';
import { DAY_MS, heldUntil } from './witnesses.js';

/** Until when a conversation may be sent to, in milliseconds since 1970; or what stands against it. */
type Judgement = { readonly until: number } | { readonly problem: Problem };

/**
 * Whether this device stands where the others stand, as far as it can know.
 *
 * Whoever was removed may be in league with the server, and would say that nothing has changed. So of each other person it has to be known from
 * somebody else that they are still in the conversation: the words of two people do that for all of them. This person's other devices
 * say nothing, for what is kept back from one of them is kept back from all. Where there is one other person nobody could have removed
 * them but this person, or the directory, of which others say the same.
 */
export async function judge(core: Core, sql: Sql, record: ConversationRecord): Promise<Judgement> {
  const { directory, groups, profile } = core;
  const members = (await groups.members(sql, record.id)).map(({ identity }) => deviceIdOf(identity) ?? '');
  const people = new Set(members.flatMap((id) => directory.current.device(id)?.person ?? []));
  people.delete(profile.personId);
  const present = new Set(members);
  const heard = (await evidenceOf(sql, record.id)).filter(
    ({ deviceId, personId }) => present.has(deviceId) && people.has(personId),
  );
  const ahead = heard.find(({ says, seq }) => says === 'ahead' && seq > record.cursor);
  if (ahead) return { problem: withheld(core, record, ahead) };
  return judgeAge(core, sql, record, people, heard);
}

/** Whether anything that this device goes by is too old: what the others said of the conversation, or of the directory. */
async function judgeAge(
  core: Core,
  sql: Sql,
  { id, label }: ConversationRecord,
  people: ReadonlySet<string>,
  heard: readonly Evidence[],
): Promise<Judgement> {
  const days = freshnessDays(label, core.policy);
  const now = core.timer.now().getTime();
  const accepted = Math.min(await since(sql, id, now), now);
  const agreed = Math.max(accepted, secondPerson(heard)) + days * DAY_MS;
  if (people.size > 1 && now >= agreed) return { problem: outOfTouch(core, heard, days) };
  const held = await heldUntil(core, sql, people, { since: accepted, days });
  if (now >= held) return { problem: oldDirectory(days) };
  return { until: people.size > 1 ? Math.min(agreed, held) : held };
}

/** What is shown of it with a conversation. */
export async function staleProblem(core: Core, sql: Sql, record: ConversationRecord): Promise<Problem | undefined> {
  if (record.state !== 'active') return undefined;
  const judgement = await judge(core, sql, record);
  return 'problem' in judgement ? judgement.problem : undefined;
}

/** When the second of two people was last heard of; 0 where there were not two. */
function secondPerson(heard: readonly Evidence[]): number {
  const agreeing = heard.filter(({ says }) => says === 'agrees');
  return agreeing.find(({ personId }) => personId !== agreeing[0]?.personId)?.at ?? 0;
}

/** A conversation that was never looked at counts from now. */
async function since(sql: Sql, groupId: string, now: number): Promise<number> {
  const row = await sql.get('SELECT since FROM freshness WHERE group_id = ?', [groupId]);
  return row ? numberOf(row, 'since') : now;
}

function withheld({ directory }: Core, { cursor }: ConversationRecord, { personId, seq }: Evidence): Problem {
  const who = nameOfPerson(personId, directory.current);
  const message = `${who} has read this conversation up to place ${String(seq)}; the server gives this device no more than ${String(cursor)}. Nothing is sent.`;
  return { code: 'ORDER_WITHHELD', message };
}

function oldDirectory(days: number): Problem {
  const message = `For ${String(days)} days no officer and no mission has shown this device that its directory is the newest: somebody may have been revoked without its knowing. Nothing is sent.`;
  return { code: 'FRESHNESS_LIMIT', message };
}

function outOfTouch({ directory }: Core, heard: readonly Evidence[], days: number): Problem {
  const last = heard.find(({ says }) => says === 'agrees');
  const whom = last
    ? `the last was heard of ${nameOfPerson(last.personId, directory.current)} on ${new Date(last.at).toISOString().slice(0, 10)}`
    : 'nothing was ever heard';
  const message = `For ${String(days)} days no two members have shown this device that they stand where it stands (${whom}): somebody may have been removed without its knowing. Nothing is sent.`;
  return { code: 'FRESHNESS_LIMIT', message };
}
