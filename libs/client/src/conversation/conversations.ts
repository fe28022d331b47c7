import { GroupsDocument, suiteName } from '#contracts';
import type { GroupsQuery } from '#contracts';
import { defaultSuite } from '#mls';
import { marking } from '#policy';

import type { Core } from '../core.js';
import { ChanceryError, hasCode, isTransient } from '../errors.js';
import { Freshness } from '../freshness/freshness.js';
import { staleProblem } from '../freshness/judgement.js';
import { changeOfHandOver, prepareHandOver } from '../history/handOver.js';
import { Mutexes } from '../mutex.js';
import { numberOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import { Resync } from '../resync/resync.js';
import type {
  ConversationView,
  MessagePage,
  MessageView,
  NewConversation,
  NewMessage,
  PageRequest,
  ReceiptView,
} from '../types.js';
import { Moves } from '../reinit/moves.js';
import { requireSameIdentities } from '../verification/changedIdentities.js';
import { deviceIdOf } from './admission.js';
import { changeWords } from './changes.js';
import { KeyPackageClaims } from './claims.js';
import { Commits } from './commits.js';
import { CommitTurns } from './commitTurns.js';
import { requireMentions, requireName, requireSign, requireText } from './content.js';
import type { Response } from './content.js';
import {
  abandonCreation,
  announceCreation,
  finishCreation,
  prepareCreation,
  requireUsableLabel,
  unfinishedCreations,
} from './create.js';
import type { Creation } from './create.js';
import type { Envelope } from './envelope.js';
import { Joining } from './joining.js';
import { Leaving } from './leaving.js';
import { devicesToAdd, leavesOf, memberProblem, membersOf, requireSameMembers } from './membership.js';
import { messageLabel } from './messageLabel.js';
import { readOwn, readPage } from './messages.js';
import { forgetAbsentees, Newcomers, planOf } from './newcomers.js';
import { Outbox, writeOnly } from './outbox.js';
import type { Outgoing } from './outboxRows.js';
import { nameOfPerson } from './people.js';
import { fetchReceipts, markRead } from './receipts.js';
import { findConversation, loadConversation, loadConversations } from './record.js';
import { requireAuthor, requireTarget } from './targets.js';
import type { ConversationRecord } from './record.js';
import { GroupSync, readerOf } from './sync.js';

/** What one catch-up of all conversations did. */
export interface ConversationsCaughtUp {
  readonly conversationsJoined: number;
  readonly envelopes: number;
  readonly messages: number;
  readonly waiting: number;
}

/** Files of a message that are on the server, and the draft that they were in. */
type SentFiles = Pick<Outgoing, 'attachments' | 'draftId'>;

const PAGE = 200;

/** Why a person who was to come into a new conversation cannot, however often it is tried. */
const CANNOT_BE_ADDED = ['NO_KEY_PACKAGE', 'CLEARANCE_TOO_LOW', 'NOT_FOUND'] as const;

/** Everything that people do with conversations. One thing at a time happens to a conversation, several to several. */
export class Conversations {
  private readonly mutexes = new Mutexes();
  /** Messages to one conversation are written in the order in which they were asked for. */
  private readonly writes = new Mutexes();
  private readonly sync: GroupSync;
  private readonly claims: KeyPackageClaims;
  private readonly newcomers: Newcomers;
  private readonly commits: Commits;
  private readonly outbox: Outbox;
  private readonly joining: Joining;
  private readonly leaving: Leaving;
  private readonly turns: CommitTurns;
  private readonly moves: Moves;
  private readonly freshness: Freshness;
  private readonly resync: Resync;

  constructor(private readonly core: Core) {
    this.sync = new GroupSync(core);
    this.claims = new KeyPackageClaims(core);
    this.newcomers = new Newcomers(core, this.claims);
    this.commits = new Commits(core, this.sync, this.newcomers);
    this.freshness = new Freshness(core, this.sync, this.mutexes);
    this.outbox = new Outbox(core, this.sync, this.commits, this.freshness);
    this.resync = new Resync(core, this.sync, this.commits, this.claims);
    this.joining = new Joining(core, this.sync, this.mutexes);
    this.leaving = new Leaving(core, this.sync);
    this.turns = new CommitTurns(core);
    this.moves = new Moves(core, this.commits, this.claims);
  }

  list(): Promise<ConversationView[]> {
    return this.core.store.read(async (sql) => {
      const views: ConversationView[] = [];
      for (const record of await loadConversations(sql)) views.push(await this.view(sql, record));
      return views;
    });
  }

  one(id: string): Promise<ConversationView> {
    return this.core.store.read(async (sql) => this.view(sql, await loadConversation(sql, id)));
  }

  messages(id: string, page: PageRequest): Promise<MessagePage> {
    return this.core.store.read(async (sql) => {
      await loadConversation(sql, id);
      return readPage(sql, id, page, readerOf(this.core));
    });
  }

  async create({ name, label, personIds }: NewConversation): Promise<ConversationView> {
    requireName(name);
    await this.core.directory.ensureFresh(this.core.session);
    requireUsableLabel(this.core, label);
    const others = personIds.filter((id) => id !== this.core.profile.personId);
    await this.core.store.read((sql) => requireSameIdentities(sql, this.core, others));
    // claimed before anything is made: somebody who cannot be added leaves no empty conversation behind
    const theirs = await this.claims.forPeople(devicesToAdd(this.core, others, label), defaultSuite);
    const claimed = new Map([...theirs, ...(await this.newcomers.claimOwn())]);
    const creation = await prepareCreation(this.core, name, label, others);
    await this.mutexes.run(creation.groupId, () => this.carryOut(creation, claimed));
    return this.one(creation.groupId);
  }

  addPeople(id: string, personIds: readonly string[]): Promise<ConversationView> {
    return this.mutexes.run(id, async () => {
      await this.core.directory.ensureFresh(this.core.session);
      await this.core.store.read((sql) => requireSameIdentities(sql, this.core, personIds));
      await this.add(id, personIds);
      await this.outbox.flush(id);
      return this.one(id);
    });
  }

  removePeople(id: string, personIds: readonly string[]): Promise<ConversationView> {
    if (personIds.includes(this.core.profile.personId)) {
      throw new ChanceryError('BAD_INPUT', 'Leave the conversation instead of removing yourself.', {
        field: 'personIds',
      });
    }
    const leaving = new Set(personIds);
    return this.mutexes.run(id, async () => {
      await this.core.directory.ensureFresh(this.core.session);
      await this.sync.catchUp(id);
      await this.commits.run(id, ({ group }) => ({
        add: [],
        remove: leavesOf(this.core, group.members, leaving).map(({ leafIndex }) => leafIndex),
      }));
      await this.core.store.transaction((sql) => forgetAbsentees(sql, id, personIds));
      return this.one(id);
    });
  }

  /** To another cipher suite, see `Moves`. */
  move(id: string, suite: string): Promise<ConversationView> {
    return this.mutexes.run(id, async () => {
      await this.core.directory.ensureFresh(this.core.session);
      await this.moves.move(id, suite);
      return this.one(id);
    });
  }

  leave(id: string): Promise<void> {
    return this.mutexes.run(id, async () => {
      await this.removeOwnOthers(id);
      await this.leaving.leave(id);
    });
  }

  rename(id: string, name: string): Promise<MessageView> {
    requireName(name);
    return this.post(id, (record) => ({
      kind: 'rename',
      text: name,
      labelText: record.labelText,
      precedence: 'ROUTINE',
    }));
  }

  send(id: string, message: NewMessage, files?: SentFiles): Promise<MessageView> {
    requireText(message.text);
    requireMentions(message.mentions);
    return this.post(id, (record) => ({
      kind: 'text',
      text: message.text,
      labelText: messageLabel(record, message, this.core.policy),
      precedence: message.precedence ?? 'ROUTINE',
      inReplyTo: message.inReplyTo,
      replaces: message.replaces,
      mentions: message.mentions,
      ...files,
    }));
  }

  /** @throws ChanceryError FORBIDDEN, NOT_FOUND, and all that `send` throws */
  async edit(id: string, messageId: string, message: Pick<NewMessage, 'text' | 'mentions'>): Promise<MessageView> {
    const { label } = await this.core.store.read((sql) => requireAuthor(sql, id, messageId, this.core.profile));
    return this.send(id, { ...message, label, replaces: messageId });
  }

  /** @throws ChanceryError NOT_FOUND, and all that `send` throws */
  async respond(id: string, messageId: string, kind: Response, sign = ''): Promise<MessageView> {
    if (kind !== 'acknowledgement') requireSign(sign);
    await this.core.store.read((sql) => requireTarget(sql, id, messageId));
    return this.post(id, ({ labelText }) => ({
      kind,
      text: sign,
      labelText,
      precedence: 'ROUTINE',
      inReplyTo: messageId,
    }));
  }

  /** One message or several, each durable before the next. */
  async handHistory(id: string, personIds: readonly string[], limit: number | undefined): Promise<MessageView[]> {
    const { store, profile, directory } = this.core;
    const parts = await store.read((sql) => prepareHandOver(this.core, sql, id, personIds, limit));
    const sent: MessageView[] = [];
    for (const history of parts) {
      const giver = nameOfPerson(profile.personId, directory.current);
      const text = changeWords(changeOfHandOver(history, giver, directory.current));
      const make = ({ labelText }: ConversationRecord): Outgoing => ({
        kind: 'history',
        text,
        labelText,
        precedence: 'ROUTINE',
        history,
      });
      sent.push(await this.post(id, make));
    }
    return sent;
  }

  /** Sends all the same, see `Freshness.accept`; then whatever waits. */
  acceptStale(id: string): Promise<void> {
    return this.mutexes.run(id, async () => {
      await this.sync.ensureFresh(id);
      await this.freshness.accept(id);
      await this.outbox.flush(id);
    });
  }

  /** Tries at once what waits. @throws ChanceryError SERVER_UNREACHABLE … */
  async flush(id: string): Promise<void> {
    await this.mutexes.run(id, () => this.outbox.flush(id));
  }

  markRead(id: string, upTo: number | undefined): Promise<void> {
    return markRead(this.core, id, upTo);
  }

  receipts(id: string): Promise<ReceiptView[]> {
    return fetchReceipts(this.core, id);
  }

  /** Everything once: creations, Welcomes, then each conversation in which something is new or waits. */
  async catchUp(): Promise<ConversationsCaughtUp> {
    for (const creation of await unfinishedCreations(this.core)) {
      await this.mutexes.run(creation.groupId, () => this.resume(creation));
    }
    // both at once: on a slow line each answer is waited for; what is joined meanwhile is caught up whatever is known of it
    const [conversationsJoined, newest] = await Promise.all([this.joining.all(), this.newestPlaces()]);
    const before = await this.countMessages();
    let envelopes = 0;
    for (const { id, cursor, movingTo } of await this.live()) {
      if (newest.get(id) === cursor && movingTo === undefined) this.sync.markFresh(id);
      else envelopes += await this.mutexes.run(id, () => this.sync.catchUpAlone(id));
      if (this.sync.isFresh(id)) await this.mutexes.run(id, () => this.tend(id));
    }
    await this.freshness.work();
    const messages = (await this.countMessages()) - before;
    return { conversationsJoined, envelopes, messages, waiting: await this.countWaiting() };
  }

  /**
   * Takes what came with a hint, fetches what is missing, then does what there is to do; returns the milliseconds after which to look
   * again, 0 for no need of it.
   */
  async follow(id: string, hinted: readonly Envelope[]): Promise<number> {
    const known = await this.core.store.read((sql) => findConversation(sql, id));
    if (!known || known.state === 'left' || known.state === 'frozen') return 0;
    return this.mutexes.run(id, async () => {
      const isComplete = hinted.length > 0 && (await this.sync.takeHinted(id, hinted));
      if (!isComplete) await this.sync.catchUp(id);
      const wait = await this.turns.wait(id);
      if (wait === 0) await this.tend(id);
      return wait;
    });
  }

  /** Looks in every conversation for what there is to do, for instance after a revocation. */
  async tendAll(): Promise<void> {
    for (const { id, state } of await this.live()) {
      await this.mutexes.run(id, async () => {
        if (state !== 'stuck') await this.commits.settle(id);
        await this.tend(id);
      });
    }
  }

  /** What waits in a conversation: a removal that somebody asked for, one's own departure, the outbox. */
  private async tend(id: string): Promise<void> {
    const { state, proposals, movingTo } = await this.core.store.read((sql) => loadConversation(sql, id));
    if (movingTo !== undefined) return;
    if (state === 'leaving') await this.leaving.pursue(id);
    if (state === 'stuck') await this.resync.call(id);
    if (state !== 'active' || !this.core.directory.isSound) return;
    try {
      if (await this.newcomers.isDue(id)) await this.bringInOwn(id);
      if (await this.resync.isDue(id)) await this.resync.bringBack(id);
      if (proposals > 0 || (await this.commits.isUnfinished(id))) await this.commits.settle(id);
      await this.moves.followCampaigns(id);
      await this.outbox.flush(id);
    } catch (error) {
      if (this.tellOfBlock(id, error)) return;
      if (!hasCode(error, 'REMOVAL_DUE')) throw error; // it is for the others to act first
      this.core.onDelay();
    }
  }

  /** What was written before it was known waits until the person has decided, or the server gives out what it keeps back. */
  private tellOfBlock(id: string, error: unknown): boolean {
    if (!hasCode(error, 'IDENTITY_CHANGED', 'FRESHNESS_LIMIT', 'ORDER_WITHHELD', 'RESYNC_NEEDED')) return false;
    this.core.emit({ type: 'problem', conversationId: id, problem: { code: error.code, message: error.message } });
    return true;
  }

  /** Whoever leaves, leaves with all devices: one that stayed would bring the others in again. */
  private async removeOwnOthers(id: string): Promise<void> {
    if (this.core.directory.current.devicesOf(this.core.profile.personId).length < 2) return;
    await this.sync.catchUp(id);
    if ((await this.core.store.read((sql) => loadConversation(sql, id))).movingTo !== undefined) return;
    const own = new Set([this.core.profile.personId]);
    await this.commits.run(id, ({ group }) => {
      const leaves = leavesOf(this.core, group.members, own).map(({ leafIndex }) => leafIndex);
      return { add: [], remove: leaves.filter((leaf) => leaf !== group.ownLeaf) };
    });
  }

  /** Devices of one's own that were enrolled later. */
  private async bringInOwn(id: string): Promise<void> {
    await this.sync.ensureFresh(id);
    await this.commits.run(id, await this.newcomers.plan(id));
    await this.newcomers.note(id);
  }

  /**
   * Also after a crash: each step is done at most once. Whoever cannot be added any more is left out; the rest of the
   * conversation goes on.
   */
  private async resume(creation: Creation): Promise<void> {
    try {
      await this.carryOut(creation);
    } catch (error) {
      if (!hasCode(error, ...CANNOT_BE_ADDED)) throw error;
      await finishCreation(this.core, creation);
    }
  }

  private async carryOut(creation: Creation, claimed?: ReadonlyMap<string, Uint8Array>): Promise<void> {
    try {
      await announceCreation(this.core, creation);
    } catch (error) {
      if (!hasCode(error, 'SERVER_UNREACHABLE')) await abandonCreation(this.core, creation);
      throw error;
    }
    await this.add(creation.groupId, creation.personIds, claimed);
    await finishCreation(this.core, creation);
    await this.outbox.flush(creation.groupId);
  }

  /** Adds all devices of these people that are not in the conversation yet; `known` are KeyPackages claimed already. */
  private async add(id: string, personIds: readonly string[], known?: ReadonlyMap<string, Uint8Array>): Promise<void> {
    await this.sync.catchUp(id);
    const { label, suite } = await this.core.store.read((sql) => loadConversation(sql, id));
    const devices = devicesToAdd(this.core, personIds, label);
    const present = await this.presentDevices(id);
    const absent = devices.filter((device) => !present.has(device.id));
    if (absent.length === 0) return;
    await this.commits.run(id, planOf(known ?? (await this.claims.forPeople(absent, suite)), suite));
    const after = await this.core.store.read((sql) => loadConversation(sql, id));
    if (after.suite !== suite) await this.add(id, personIds); // moved meanwhile, which takes other KeyPackages
  }

  private presentDevices(id: string): Promise<Set<string | undefined>> {
    return this.core.store.read(async (sql) => {
      const members = await this.core.groups.members(sql, id);
      return new Set(members.map(({ identity }) => deviceIdOf(identity)));
    });
  }

  private async post(id: string, make: (record: ConversationRecord) => Outgoing): Promise<MessageView> {
    this.core.directory.requireSound();
    await requireSameMembers(this.core, id);
    if (!(await this.freshness.isSound(id))) await this.makeSound(id);
    const messageId = await this.writes.run(id, () => this.write(id, make));
    try {
      await this.mutexes.run(id, () => this.outbox.flush(id));
    } catch (error) {
      if (!isTransient(error) && !this.tellOfBlock(id, error)) throw error;
      this.core.onDelay();
    }
    return this.core.store.read((sql) => readOwn(sql, id, messageId, readerOf(this.core)));
  }

  /** Fetches what this device has missed, then judges; what is written without a connection waits, and is judged before it goes. */
  private async makeSound(id: string): Promise<void> {
    try {
      await this.mutexes.run(id, async () => {
        await this.sync.ensureFresh(id);
        await this.freshness.require(id);
      });
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }

  /** Durable before anything is sent; whoever holds the conversation now may wait for the server for a long time. */
  private write(id: string, make: (record: ConversationRecord) => Outgoing): Promise<string> {
    if (this.mutexes.isHeld(id)) return writeOnly(this.core, id, make);
    return this.mutexes.run(id, () => this.outbox.write(id, make));
  }

  private async live(): Promise<ConversationRecord[]> {
    const records = await this.core.store.read((sql) => loadConversations(sql));
    return records.filter(({ state }) => state === 'active' || state === 'leaving' || state === 'stuck');
  }

  /** Newest place of each conversation that the server counts this device to. */
  private async newestPlaces(): Promise<Map<string, number>> {
    const newest = new Map<string, number>();
    let after: string | null = null;
    do {
      const page: GroupsQuery['groups'] = (await this.core.session.execute(GroupsDocument, { first: PAGE, after }))
        .groups;
      for (const { node } of page.edges) newest.set(node.id, node.lastSeq);
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    return newest;
  }

  private async view(sql: Sql, record: ConversationRecord): Promise<ConversationView> {
    const { id, name, label, epoch, state, problem, cursor, readUpTo } = record;
    const count = `SELECT count(*) AS unread FROM message
      WHERE group_id = ? AND seq > ? AND rank = 1 AND kind IN ('text', 'unknown') AND replaces IS NULL AND sender_person <> ? AND given_by IS NULL`;
    const row = await sql.get(count, [id, readUpTo, this.core.profile.personId]);
    const members = membersOf(this.core, await this.core.groups.members(sql, id));
    const unread = row ? numberOf(row, 'unread') : 0;
    return {
      id,
      name,
      label,
      marking: marking(label, this.core.policy),
      epoch,
      suite: suiteName(record.suite),
      members,
      state,
      problem: problem ?? (await memberProblem(sql, this.core, id)) ?? (await staleProblem(this.core, sql, record)),
      cursor,
      readUpTo,
      unread,
    };
  }

  /** Messages that wait in the outbox. */
  async countWaiting(): Promise<number> {
    const row = await this.core.store.read((sql) =>
      sql.get("SELECT count(*) AS n FROM outbox WHERE state = 'waiting'"),
    );
    return row ? numberOf(row, 'n') : 0;
  }

  private async countMessages(): Promise<number> {
    const query =
      "SELECT count(*) AS n FROM message WHERE kind IN ('text', 'rename', 'unknown') AND sender_person <> ? AND given_by IS NULL";
    const row = await this.core.store.read((sql) => sql.get(query, [this.core.profile.personId]));
    return row ? numberOf(row, 'n') : 0;
  }
}
