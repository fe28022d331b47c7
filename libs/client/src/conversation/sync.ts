import { EnvelopesDocument } from '#contracts';

import type { Core } from '../core.js';
import { ChanceryError, hasCode } from '../errors.js';
import { enterSuccessor } from '../reinit/entering.js';
import type { Problem } from '../types.js';
import { envelopeOf } from './envelope.js';
import type { Envelope } from './envelope.js';
import { readPlaced } from './messages.js';
import type { Reader } from './reader.js';
import { passOver, receive } from './receive.js';
import type { Received } from './receive.js';
import { loadConversation, saveConversation } from './record.js';

const PAGE = 200;
/** For so long a caught-up conversation counts as the newest there is, in milliseconds. */
const FRESH_MS = 30_000;

/** What comes after the cursor, as far as one answer holds it. */
interface Page {
  readonly envelopes: readonly Envelope[];
  /** The newest place that the server says there is. */
  readonly lastSeq: number;
}

/** Brings conversations up to the server's order. Callers hold the conversation's mutex. */
export class GroupSync {
  private readonly freshAt = new Map<string, number>();

  constructor(private readonly core: Core) {}

  /**
   * Fetches and processes everything after the cursor; returns how many envelopes.
   * @throws ChanceryError VAULT_ROLLED_BACK, CONFLICT when the server gives less than it gave before, SERVER_UNREACHABLE …
   */
  async catchUp(groupId: string): Promise<number> {
    let processed = 0;
    if (!(await this.follow(groupId))) return processed;
    for (let page = await this.fetch(groupId); page.envelopes.length > 0; page = await this.fetch(groupId)) {
      const { from, to, stopped } = await this.take(groupId, page.envelopes);
      processed += to - from;
      if (stopped === 'ended' || (stopped === undefined && to >= page.lastSeq)) break; // on a slow line no answer that says nothing is waited for
      if (stopped === 'directory') return processed;
      if (stopped === 'moved' && !(await this.follow(groupId))) return processed;
    }
    this.markFresh(groupId);
    return processed;
  }

  /**
   * Like `catchUp`, but what is wrong with the server's word on this one conversation is noted there and reported, and does not keep the
   * others from being caught up. The conversation is not fresh then, so nothing is sent to it.
   */
  async catchUpAlone(groupId: string): Promise<number> {
    try {
      const processed = await this.catchUp(groupId);
      await this.noteProblem(groupId, undefined);
      return processed;
    } catch (error) {
      if (!hasCode(error, 'CONFLICT')) throw error;
      this.freshAt.delete(groupId);
      await this.noteProblem(groupId, { code: error.code, message: error.message });
      return 0;
    }
  }

  /** Catches up unless that was done a moment ago, in this run of the program. */
  async ensureFresh(groupId: string): Promise<void> {
    if (!this.isFresh(groupId)) await this.catchUp(groupId);
  }

  isFresh(groupId: string): boolean {
    return this.core.timer.now().getTime() - (this.freshAt.get(groupId) ?? 0) < FRESH_MS;
  }

  /** The server says that there is nothing after the cursor. */
  markFresh(groupId: string): void {
    this.core.groups.confirmNewest(groupId);
    this.freshAt.set(groupId, this.core.timer.now().getTime());
  }

  /** Processes an envelope that came with a hint; false when something before it has to be fetched first. */
  async takeHinted(groupId: string, envelopes: readonly Envelope[]): Promise<boolean> {
    const { cursor } = await this.core.store.read((sql) => loadConversation(sql, groupId));
    const news = envelopes.filter(({ seq }) => seq > cursor);
    if (news.length === 0) return true;
    const { stopped } = await this.receive(groupId, news, false);
    return stopped === undefined || stopped === 'ended';
  }

  /** Tells of the places after `from`, up to `to`; watchers of each message there. */
  async announce(groupId: string, from: number, to: number): Promise<void> {
    if (to === from) return;
    if (this.core.isWatched()) await this.announceMessages(groupId, from, to);
    this.core.emit({ type: 'conversation', conversationId: groupId });
  }

  private async announceMessages(groupId: string, from: number, to: number): Promise<void> {
    for (let seq = from + 1; seq <= to; seq++) {
      const messages = await this.core.store.read((sql) => readPlaced(sql, groupId, seq, readerOf(this.core)));
      for (const message of messages) this.core.emit({ type: 'message', message });
    }
  }

  /** Into the successor of a group that was closed. Nothing counts as caught up until what stands in that is known. */
  private async follow(groupId: string): Promise<boolean> {
    const { movingTo } = await this.core.store.read((sql) => loadConversation(sql, groupId));
    if (movingTo === undefined) return true;
    this.freshAt.delete(groupId);
    return enterSuccessor(this.core, groupId);
  }

  private async fetch(groupId: string): Promise<Page> {
    const { cursor, state } = await this.core.store.read((sql) => loadConversation(sql, groupId));
    if (state === 'left' || state === 'frozen') return { envelopes: [], lastSeq: cursor };
    const { envelopes } = await this.core.session.execute(EnvelopesDocument, { groupId, after: cursor, first: PAGE });
    if (envelopes.lastSeq < cursor) {
      throw new ChanceryError('CONFLICT', 'The server gives an older state of a conversation than it gave before.', {
        remedy: 'Tell your security officer; nothing is sent to this conversation meanwhile.',
      });
    }
    return { envelopes: envelopes.envelopes.map(envelopeOf), lastSeq: envelopes.lastSeq };
  }

  /** One page. What is missing in it is asked for once more. */
  private async take(groupId: string, page: readonly Envelope[]): Promise<Received> {
    const first = await this.judge(groupId, page);
    if (first.stopped !== 'gap') return first;
    const { envelopes: again } = await this.fetch(groupId);
    const [next] = again;
    if (!next) return first;
    await passOver(this.core, groupId, next);
    return { ...(await this.judge(groupId, again)), from: first.from };
  }

  /** Where a page speaks of what the directory does not tell, the newest directory is asked: it is newer than the page. */
  private async judge(groupId: string, page: readonly Envelope[]): Promise<Received> {
    const first = await this.receive(groupId, page, false);
    if (first.stopped !== 'directory') return first;
    await this.core.directory.catchUp(this.core.session);
    // a directory that can't be trusted says nothing about who exists: the conversation waits
    if (this.core.directory.alarms.current) return first;
    return { ...(await this.receive(groupId, page, true)), from: first.from };
  }

  private async noteProblem(groupId: string, problem: Problem | undefined): Promise<void> {
    const isNew = await this.core.store.transaction(async (sql) => {
      const record = await loadConversation(sql, groupId);
      if (record.problem?.code === problem?.code || (!problem && record.problem?.code !== 'CONFLICT')) return false;
      record.problem = problem;
      await saveConversation(sql, record);
      return true;
    });
    if (isNew && problem) this.core.emit({ type: 'problem', conversationId: groupId, problem });
  }

  private async receive(groupId: string, page: readonly Envelope[], directoryIsNew: boolean): Promise<Received> {
    const received = await receive(this.core, groupId, page, { directoryIsNew });
    await this.announce(groupId, received.from, received.to);
    await this.core.directory.settleHeard(this.core.session);
    const { problem } = received;
    if (problem) this.core.emit({ type: 'problem', conversationId: groupId, problem });
    return received;
  }
}

/** As much of the core as rows are shown with. */
export interface ReaderCore {
  readonly directory: Pick<Core['directory'], 'current'>;
  readonly policy: Core['policy'];
  readonly profile: Pick<Core['profile'], 'personId' | 'deviceId'>;
}

/** With what rows are shown on this device. */
export function readerOf({ directory, policy, profile }: ReaderCore): Reader {
  return { directory: directory.current, policy, ownDeviceId: profile.deviceId, ownPersonId: profile.personId };
}
