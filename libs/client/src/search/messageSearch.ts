import { readRow, readRows } from '../conversation/messages.js';
import { readerOf } from '../conversation/sync.js';
import type { ReaderCore } from '../conversation/sync.js';
import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { maybeText, numberOf, textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import type { FindOptions, MessageHit, MessageHits, MessageView } from '../types.js';
import { conversationFacet, countPending, indexPending, languagesOf, personFacet } from './messageIndex.js';
import { passageOf } from './passage.js';
import { planSearch } from './query.js';
import type { Names, SearchPlan } from './query.js';
import { foldedWords } from './words.js';

const DEFAULT_HITS = 20;
const MAX_HITS = 100;
/** So many of the newest hits are ranked: bm25 over everything would take longer than people wait. */
const RANKED = 500;
/** Languages whose stems a query is asked in. */
const LANGUAGES = 4;
/** Messages a step: a step holds the vault for some tens of milliseconds. */
const STEP = 100;

const SHOWN = `SELECT place, message.*, conversation.name AS conversation_name FROM hit
  JOIN search_entry USING (place) JOIN message USING (group_id, seq, rank) JOIN conversation ON conversation.id = group_id`;
const NEWEST = `WITH hit AS (
    SELECT rowid AS place FROM message_search WHERE message_search MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?)
  ${SHOWN} ORDER BY place DESC`;
const BEST = `WITH hit AS (
    SELECT rowid AS place, bm25(message_search, 2.0, 1.0, 0.0) AS score FROM message_search
    WHERE message_search MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ${String(RANKED)})
  ${SHOWN} ORDER BY score, place DESC LIMIT ?`;

/** Search in the messages of this device; the server learns nothing of it. */
export class MessageSearch {
  private readonly namesOf = new FoldedNames();

  constructor(private readonly core: ReaderCore & Pick<Core, 'store'>) {}

  /**
   * Finds messages by words, "phrases", beginnings*, -exclusions, from:person, in:conversation, before:2026-11-01 and after:2026-10.
   * Of a message that was corrected the newest wording is found; what waits in the outbox is not.
   * @throws ChanceryError BAD_INPUT, BAD_CURSOR
   */
  async find(query: string, options: FindOptions = {}): Promise<MessageHits> {
    const { order = 'newest', limit = DEFAULT_HITS } = options;
    requireLimit(limit);
    const before = placeOf(options.before);
    return this.core.store.read(async (sql) => {
      const plan = planSearch(query, await this.names(sql), await languagesOf(sql, LANGUAGES));
      const range = [plan.match, plan.from, Math.min(plan.to, before)] as const;
      const rows = await sql.all(order === 'newest' ? NEWEST : BEST, [...range, limit + 1]);
      const hits: MessageHit[] = [];
      for (const row of rows.slice(0, limit)) hits.push(await this.hit(sql, row, plan));
      const last = rows[limit - 1];
      const hasMore = order === 'newest' && rows.length > limit && last !== undefined;
      return { hits, before: hasMore ? String(numberOf(last, 'place')) : undefined, waiting: await countPending(sql) };
    });
  }

  /** Indexes messages that wait for it, at most so many steps; returns how many wait still. */
  async index(steps: number): Promise<number> {
    for (let step = 0; step < steps; step++) {
      const done = await this.core.store.transaction((sql) => indexPending(sql, STEP));
      if (done < STEP) break;
    }
    return this.core.store.read(countPending);
  }

  /** A new wording is found where the message stands that it belongs to. */
  private async hit(sql: Sql, row: Row, { marks }: SearchPlan): Promise<MessageHit> {
    const message = (await this.changedBy(sql, row)) ?? readRow(row, readerOf(this.core));
    return { message, conversationName: textOf(row, 'conversation_name'), passage: passageOf(message.text, marks) };
  }

  private async changedBy(sql: Sql, row: Row): Promise<MessageView | undefined> {
    const replaces = maybeText(row, 'replaces');
    if (replaces === undefined) return undefined;
    const groupId = textOf(row, 'group_id');
    const query = `SELECT * FROM message WHERE group_id = ? AND id = ? AND sender_person IS ? AND kind = 'text' AND replaces IS NULL LIMIT 1`;
    const targets = await sql.all(query, [groupId, replaces, maybeText(row, 'sender_person') ?? null]);
    const [target] = await readRows(sql, groupId, targets, readerOf(this.core));
    return target && target.text === textOf(row, 'text') ? target : undefined;
  }

  private async names(sql: Sql): Promise<Names> {
    const conversations = (await sql.all('SELECT id, name FROM conversation')).map((row) => ({
      id: textOf(row, 'id'),
      name: textOf(row, 'name'),
    }));
    const { directory, profile } = this.core;
    return {
      sendersOf: (name) =>
        name.toLowerCase() === 'me'
          ? [personFacet(profile.personId)]
          : this.namesOf.fitting(name, directory.current.persons()).map(personFacet),
      conversationsOf: (name) => this.namesOf.fitting(name, conversations).map(conversationFacet),
    };
  }
}

const REMEMBERED_NAMES = 100_000;

/** Names with their words, folded once: a ministry has many people, and `from:` looks at all of them. */
class FoldedNames {
  private readonly known = new Map<string, readonly string[]>();

  /** Ids of the things that have this id, or whose names hold words that begin with each of the given ones. */
  fitting(wanted: string, things: Iterable<{ readonly id: string; readonly name: string }>): string[] {
    const beginnings = foldedWords(wanted);
    return [...things].flatMap(({ id, name }) => {
      if (id === wanted.toLowerCase()) return [id];
      const words = beginnings.length === 0 ? [] : this.wordsOf(name);
      return words.length > 0 && beginnings.every((start) => words.some((word) => word.startsWith(start))) ? [id] : [];
    });
  }

  private wordsOf(name: string): readonly string[] {
    const known = this.known.get(name);
    if (known) return known;
    if (this.known.size >= REMEMBERED_NAMES) this.known.clear();
    const words = foldedWords(name);
    this.known.set(name, words);
    return words;
  }
}

function requireLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_HITS) return;
  throw new ChanceryError('BAD_INPUT', `A search gives 1 to ${String(MAX_HITS)} messages.`, { field: 'limit' });
}

function placeOf(cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER;
  const place = /^\d{1,16}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isSafeInteger(place)) return place;
  throw new ChanceryError('BAD_CURSOR', 'This cursor does not come from a search.', { field: 'before' });
}
