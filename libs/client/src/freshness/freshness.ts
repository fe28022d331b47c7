import { StandsDocument } from '#contracts';
import { freshnessDays } from '#policy';

import type { Draft } from '../conversation/groups.js';
import { notice } from '../conversation/notices.js';
import { loadConversation, loadConversations } from '../conversation/record.js';
import type { ConversationRecord } from '../conversation/record.js';
import type { GroupSync } from '../conversation/sync.js';
import type { Core } from '../core.js';
import { ChanceryError, hasCode } from '../errors.js';
import type { Mutexes } from '../mutex.js';
import { numberOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import type { Problem } from '../types.js';
import { genuineStands, hearStands } from './hearing.js';
import type { GenuineStand } from './hearing.js';
import { judge } from './judgement.js';
import { giveStands } from './ownStand.js';
import { askWitnesses, DAY_MS, SIGNS_PER_LIMIT } from './witnesses.js';

const MAX_BATCH = 100;
/** Others are asked for theirs so many times as often as one's own is given. */
const ASKS_PER_SIGN = 4;

/** Which conversations it is time for. */
interface Due {
  readonly give: readonly ConversationRecord[];
  readonly ask: readonly string[];
}

/**
 * Knows whether this device stands where the others of a conversation stand. A server that keeps a removal back from one member, and all that
 * came after it, can't make the signed words of the others that nothing has happened: they grow old, and after the limit of the policy this
 * device stops sending, and says why. What a device that was away has missed it fetches first.
 *
 * Each device says where it stands once a day, in one row a conversation, as long as the server gives it everything it knows of; so a quiet
 * conversation does not stop. Messages say the same. Of the directory, which tells who was revoked, officers and missions say it: see witnesses.ts.
 */
export class Freshness {
  /** Until when each conversation was found sound, in the epoch of that time. */
  private readonly sound = new Map<string, { readonly epoch: number; readonly until: number }>();

  constructor(
    private readonly core: Core,
    private readonly sync: GroupSync,
    /** One a conversation. */
    private readonly mutexes: Mutexes,
  ) {}

  /** Gives and asks for what is due. Callers hold no conversation. */
  async work(): Promise<void> {
    await askWitnesses(this.core);
    const { give, ask } = await this.core.store.read((sql) => this.due(sql));
    if (give.length > 0) await this.begin(give);
    for (let from = 0; from < give.length; from += MAX_BATCH) {
      await giveStands(this.core, give.slice(from, from + MAX_BATCH));
    }
    for (let from = 0; from < ask.length; from += MAX_BATCH) {
      const stands = await this.ask(ask.slice(from, from + MAX_BATCH));
      for (const [groupId, heard] of stands) await this.mutexes.run(groupId, () => this.hear(groupId, heard));
    }
  }

  /** Whether a conversation may be sent to, as far as can be told without the server. */
  async isSound(groupId: string): Promise<boolean> {
    return (await this.problem(groupId)) === undefined;
  }

  /**
   * Asks the server, where nothing else helps, for the directory and for what the others say. Callers hold the conversation, which is caught up.
   * @throws ChanceryError FRESHNESS_LIMIT, ORDER_WITHHELD, an alarm's code
   */
  async require(groupId: string): Promise<void> {
    if (await this.isSound(groupId)) return;
    await this.core.directory.ensureFresh(this.core.session);
    await askWitnesses(this.core, true);
    for (const [id, heard] of await this.ask([groupId])) await this.hear(id, heard);
    const problem = await this.problem(groupId);
    if (problem) throw new ChanceryError(problem.code, problem.message);
  }

  /**
   * The person has made sure by another way, and answers for one more period: that is noted in the conversation, on this device. It does nothing
   * where nothing is amiss. Callers hold the conversation. @throws ChanceryError ORDER_WITHHELD: for that there is proof
   */
  async accept(groupId: string): Promise<void> {
    const problem = await this.problem(groupId);
    if (!problem) return;
    if (problem.code !== 'FRESHNESS_LIMIT') throw new ChanceryError(problem.code, problem.message);
    const now = this.core.timer.now();
    await this.core.groups.change(groupId, async (draft) => {
      const place = { seq: draft.record.cursor, acceptedAt: now.toISOString() };
      const text = `You chose to send all the same. ${problem.message}`;
      await notice(this.core, draft, place, problem.code, text, { what: 'sentStale' });
      await draft.sql.run('UPDATE freshness SET since = ? WHERE group_id = ?', [now.getTime(), groupId]);
    });
  }

  private async problem(groupId: string): Promise<Problem | undefined> {
    return this.core.store.read(async (sql) => {
      const record = await loadConversation(sql, groupId);
      const sound = this.sound.get(groupId);
      if (sound?.epoch === record.epoch && this.core.timer.now().getTime() < sound.until) return undefined;
      const judgement = await judge(this.core, sql, record);
      if ('problem' in judgement) return judgement.problem;
      this.sound.set(groupId, { epoch: record.epoch, until: judgement.until });
      return undefined;
    });
  }

  private async due(sql: Sql): Promise<Due> {
    const now = this.core.timer.now().getTime();
    const give: ConversationRecord[] = [];
    const ask: string[] = [];
    const times = await this.times(sql);
    for (const record of await loadConversations(sql)) {
      if (record.state !== 'active' || !this.sync.isFresh(record.id)) continue;
      const { given, asked } = times.get(record.id) ?? { given: 0, asked: 0 };
      const interval = Math.min(DAY_MS, (freshnessDays(record.label, this.core.policy) * DAY_MS) / SIGNS_PER_LIMIT);
      if (now - given >= interval) give.push(record);
      if (now - asked >= interval / ASKS_PER_SIGN) ask.push(record.id);
    }
    return { give, ask };
  }

  /** From the first look on time is counted. */
  private async begin(records: readonly ConversationRecord[]): Promise<void> {
    const now = this.core.timer.now().getTime();
    await this.core.store.transaction(async (sql) => {
      for (const { id } of records) await sql.run('INSERT OR IGNORE INTO freshness VALUES (?, ?, 0, 0)', [id, now]);
    });
  }

  private async times(sql: Sql): Promise<ReadonlyMap<string, { readonly given: number; readonly asked: number }>> {
    const rows = await sql.all('SELECT group_id, asked, given FROM freshness');
    return new Map(
      rows.map((row) => [String(row['group_id']), { asked: numberOf(row, 'asked'), given: numberOf(row, 'given') }]),
    );
  }

  /** By conversation; also those of which nothing is said. */
  private async ask(groupIds: readonly string[]): Promise<ReadonlyMap<string, readonly GenuineStand[]>> {
    const { stands } = await this.core.session.execute(StandsDocument, { groupIds: [...groupIds] });
    const genuine = genuineStands(this.core, stands);
    return new Map(groupIds.map((id) => [id, genuine.filter(({ groupId }) => groupId === id)]));
  }

  private async hear(groupId: string, stands: readonly GenuineStand[]): Promise<void> {
    const { cursor } = await this.core.store.read((sql) => loadConversation(sql, groupId));
    // they may have read what has come since this device looked
    if (stands.some(({ seq }) => seq > cursor)) await this.catchUp(groupId);
    const problems = await this.core.groups.change(groupId, async (draft) => {
      if (draft.record.state !== 'active') return [];
      const found = await hearStands(this.core, draft, stands);
      await this.noteAsked(draft);
      return found;
    });
    this.sound.delete(groupId);
    for (const problem of problems) this.core.emit({ type: 'problem', conversationId: groupId, problem });
  }

  /** While something is amiss, others are asked at each catch-up. */
  private async noteAsked({ sql, record }: Draft): Promise<void> {
    const now = this.core.timer.now().getTime();
    const isAmiss = 'problem' in (await judge(this.core, sql, record));
    const upsert = 'INSERT INTO freshness VALUES (?, ?, ?, 0) ON CONFLICT DO UPDATE SET asked = excluded.asked';
    await sql.run(upsert, [record.id, now, isAmiss ? 0 : now]);
  }

  private async catchUp(groupId: string): Promise<void> {
    try {
      await this.sync.catchUp(groupId);
    } catch (error) {
      if (!hasCode(error, 'CONFLICT')) throw error; // less than before: what others say is judged by what is here
    }
  }
}
