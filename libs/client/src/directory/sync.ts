import { LogConsistencyDocument, StatementsDocument } from '#contracts';
import type { HeldCheckpoint } from '#contracts';
import { fromBase64, fromBase64Url } from '#primitives';
import { Directory, logOrigin, StatementError, verifyConsistency } from '#transparency';

import { ChanceryError } from '../errors.js';
import { Mutex } from '../mutex.js';
import { bytesOf, numberOf, textOf } from '../ports/store.js';
import type { Sql, Store } from '../ports/store.js';
import type { Timer } from '../ports/timer.js';
import type { Session } from '../session.js';
import type { Problem } from '../types.js';
import { Alarms } from './alarms.js';
import { allHeard, evidenceOf, forget, isLogsWord, objectionToHeard, remember, unfounded } from './heard.js';
import type { Heard } from './heard.js';
import {
  logKeys,
  objectionToCheckpoint,
  readCheckpoint,
  rolledBack,
  signatureUnder,
  signedCheckpoint,
} from './judgement.js';
import type { Objection } from './judgement.js';
import type { PolicyKeeper } from './policyKeeper.js';
import { VaultTree } from './tree.js';

const PAGE = 200;
/** For so long a directory counts as the newest there is, in milliseconds. */
const FRESH_MS = 30_000;
/** A snapshot costs time in proportion to the ministry; opening costs time in proportion to the statements since. */
const STATEMENTS_BETWEEN_SNAPSHOTS = 200;
/** Empty pages in a row, each with a checkpoint of more statements, after which the server keeps some back. */
const MAX_EMPTY_PAGES = 3;

/** Statements that wait in memory for a checkpoint that covers them, before a proof of consistency is asked for. */
const MOST_UNPROVEN = 2_000;

interface Added {
  readonly seq: number;
  readonly payload: Uint8Array;
}

/** What the server showed at the end of a catch-up. */
interface Shown {
  readonly note: string | undefined;
  /** Verified, not stored yet. */
  readonly added: readonly Added[];
  /** The server says that it has fewer statements than it gave before. */
  readonly objection?: Objection;
}

/** The verified directory in the vault, and the way in which it grows. */
export class DirectorySync {
  private readonly mutex = new Mutex();
  private freshAt = 0;
  private hasHeard = false;
  /** The log's signature under the newest checkpoint that fitted. */
  private signed: { readonly size: number; readonly signature: Uint8Array } | undefined;

  private constructor(
    private readonly store: Store,
    private readonly rootFingerprint: Uint8Array,
    private readonly timer: Timer,
    private readonly tell: (problem: Problem) => void,
    private directory: Directory,
    private snapshotHead: number,
    private readonly tree: VaultTree,
    /** What is wrong with the log that the server shows. */
    readonly alarms: Alarms,
    private readonly policies: PolicyKeeper | undefined,
  ) {}

  /** Restores what was verified before. `tell` hears of each alarm about the log when it is raised; `policies` follows the directory. */
  static async load(
    store: Store,
    rootFingerprint: string,
    timer: Timer,
    tell: (problem: Problem) => void = () => undefined,
    policies?: PolicyKeeper,
  ): Promise<DirectorySync> {
    const root = fromBase64Url(rootFingerprint);
    const { directory, snapshotHead } = await restore(store, root);
    const [tree, alarms] = [await VaultTree.load(store), await Alarms.load(store, timer)];
    const sync = new DirectorySync(store, root, timer, tell, directory, snapshotHead, tree, alarms, policies);
    const kept = await store.read((sql) => sql.get('SELECT size, note FROM log_checkpoint'));
    if (kept) sync.sign(numberOf(kept, 'size'), textOf(kept, 'note'));
    return sync;
  }

  /** As far as it has been verified here. */
  get current(): Directory {
    return this.directory;
  }

  /** The state of the log over all statements that are verified here; it goes into the headers of messages. */
  get held(): HeldCheckpoint | undefined {
    const { size, root } = this.tree.current;
    if (size === 0) return undefined;
    const signature = this.signed?.size === size ? this.signed.signature : undefined;
    return { size, root, ...(signature && { signature }) };
  }

  /** Origin of the ministry's log. */
  get origin(): string {
    return logOrigin(this.rootFingerprint);
  }

  /**
   * Fetches and verifies what is new, and judges the checkpoint that the server shows with it; returns how many statements.
   * A checkpoint that does not fit raises an alarm, which stops all sending: see `alarms`.
   * @throws ChanceryError STATEMENT_INVALID when the server gives anything that does not verify
   */
  catchUp(session: Session): Promise<number> {
    return this.mutex.run(async () => {
      const before = this.directory.head;
      this.hasHeard = false;
      const heard = await allHeard(this.store);
      const fits = await this.grow(session);
      // what the server shows may be nothing to compare with; what was heard waits until it is
      if (fits) await this.settle(heard);
      await this.policies?.follow(session, this.directory);
      this.freshAt = this.timer.now().getTime();
      return this.directory.head - before;
    });
  }

  /** Catches up unless that was done a moment ago. @throws as `requireSound` */
  async ensureFresh(session: Session): Promise<void> {
    if (!this.isFresh()) await this.catchUp(session);
    this.requireSound();
  }

  /** @throws ChanceryError the alarm that stands, see `LogAlarmCode`; POLICY_WITHHELD without the security policy in force */
  requireSound(): void {
    this.alarms.requireNone();
    this.policies?.requireCurrent(this.directory);
  }

  /** Whether `requireSound` would pass. */
  get isSound(): boolean {
    return !this.alarms.current && this.policies?.isCurrent(this.directory) !== false;
  }

  isFresh(): boolean {
    return this.isSound && this.timer.now().getTime() - this.freshAt < FRESH_MS;
  }

  /** Whether a checkpoint is one that the log had on its way to what is held here. */
  agrees(checkpoint: HeldCheckpoint): Promise<boolean> {
    return this.store.read(async (sql) => (await this.tree.agrees(sql, checkpoint)) === true);
  }

  /** Holds the checkpoint that a message names against the own tree; what differs is settled at the next catch-up. */
  async hear(sql: Sql, heard: Heard): Promise<void> {
    if ((await this.tree.agrees(sql, heard)) === true) return;
    await remember(sql, heard);
    this.hasHeard = true;
  }

  /** Catches up when a message has named a checkpoint that is not a state of the own tree. */
  async settleHeard(session: Session): Promise<void> {
    if (this.hasHeard) await this.catchUp(session);
  }

  /** True if what the server shows fits. */
  private async grow(session: Session): Promise<boolean> {
    try {
      return await this.judge(await this.fetchAll(session));
    } catch (error) {
      await this.reset();
      throw error;
    }
  }

  private async settle(heard: readonly Heard[]): Promise<void> {
    if (heard.length === 0) return;
    const keys = logKeys(this.directory, this.timer.now());
    for (const one of heard) {
      const objection = await objectionToHeard(this.store, this.tree, this.directory, one);
      if (!objection) continue;
      if (isLogsWord(one, this.origin, keys)) await this.raise(objection, evidenceOf(one, this.origin, keys));
      else this.tell(unfounded(one, this.directory));
    }
    await forget(this.store, heard);
  }

  /** Statements are stored only when the checkpoint that the server shows is one of exactly these. True if it is. */
  private async judge({ note, added, objection: known }: Shown): Promise<boolean> {
    const { directory, timer } = this;
    const now = timer.now();
    const tree = this.tree.after(added.map(({ payload }) => payload));
    const objection = known ?? objectionToCheckpoint({ note, tree, directory, now });
    if (objection) {
      await this.raise(objection, note);
      await this.reset();
      return false;
    }
    if (added.length > 0) await this.save(added);
    await this.alarms.endPassing();
    if (note !== undefined && directory.serverKeys('log', now).length > 0) await this.keep(note);
    return true;
  }

  private async raise({ code, message }: Objection, shown: string | undefined): Promise<void> {
    const isNew = await this.alarms.raise(code, message, shown);
    if (isNew) this.tell({ code, message });
  }

  /** Keeps a signed checkpoint that fits as the newest one. */
  private async keep(note: string): Promise<void> {
    const { size } = this.tree.current;
    this.sign(size, note);
    const row = await this.store.read((sql) => sql.get('SELECT size, note FROM log_checkpoint'));
    if (row && numberOf(row, 'size') === size && textOf(row, 'note') === note) return;
    const upsert = `INSERT INTO log_checkpoint VALUES (1, ?, ?, 0)
      ON CONFLICT DO UPDATE SET size = excluded.size, note = excluded.note`;
    await this.store.transaction((sql) => sql.run(upsert, [size, note]));
  }

  private sign(size: number, note: string): void {
    const signature = signatureUnder(note, this.directory, this.timer.now());
    this.signed = signature && { size, signature };
  }

  /** Everything up to the newest checkpoint that the server shows; verified, not stored. */
  private async fetchAll(session: Session): Promise<Shown> {
    let added: readonly Added[] = [];
    for (let empty = 0; ;) {
      const { head, page, note } = await this.fetchPage(session);
      const own = this.directory.head;
      added = [...added, ...page];
      if (head < own - page.length) return { note, added, objection: rolledBack(head, own) };
      empty = page.length === 0 ? empty + 1 : 0;
      const isAll = own >= head && own >= (readCheckpoint(note)?.size ?? 0);
      if (isAll || empty >= MAX_EMPTY_PAGES) return { note, added };
      if (added.length >= MOST_UNPROVEN) added = await this.saveProven(session, added, note);
    }
  }

  private async fetchPage(session: Session) {
    const after = this.directory.head;
    const { statements } = await session.execute(StatementsDocument, { after, first: PAGE });
    const page = statements.statements.map(({ seq, payload }): Added => ({ seq, payload: fromBase64(payload) }));
    for (const { seq, payload } of page) verify(this.directory, payload, seq);
    return { head: statements.head, page, note: statements.checkpoint ?? undefined };
  }

  /** Stores what a signed checkpoint provably continues, so that a long way need not be gone twice; returns what is left. */
  private async saveProven(
    session: Session,
    added: readonly Added[],
    note: string | undefined,
  ): Promise<readonly Added[]> {
    const newer = signedCheckpoint(note, this.directory, this.timer.now());
    const older = this.tree.after(added.map(({ payload }) => payload));
    if (!newer || newer.size < older.size) return added;
    const variables = { older: older.size, newer: newer.size };
    const { logConsistency } = await session.execute(LogConsistencyDocument, variables);
    if (!verifyConsistency({ older, newer }, logConsistency.map(fromBase64))) return added;
    await this.save(added);
    return [];
  }

  /** Memory goes back to what the vault holds: statements may have been verified in vain. */
  private async reset(): Promise<void> {
    if (this.directory.head === this.tree.current.size) return;
    ({ directory: this.directory, snapshotHead: this.snapshotHead } = await restore(this.store, this.rootFingerprint));
  }

  private async save(added: readonly Added[]): Promise<void> {
    const { head } = this.directory;
    const snapshot = head - this.snapshotHead >= STATEMENTS_BETWEEN_SNAPSHOTS ? this.directory.serialize() : undefined;
    const frontier = await this.store.transaction(async (sql) => {
      for (const { seq, payload } of added) await sql.run('INSERT INTO statement VALUES (?, ?)', [seq, payload]);
      if (snapshot) await sql.run('INSERT OR REPLACE INTO directory_snapshot VALUES (1, ?, ?)', [head, snapshot]);
      return this.tree.append(
        sql,
        added.map(({ payload }) => payload),
      );
    });
    this.tree.take(frontier);
    if (snapshot) this.snapshotHead = head;
  }
}

async function restore(store: Store, root: Uint8Array): Promise<{ directory: Directory; snapshotHead: number }> {
  const saved = await store.read((sql) => sql.get('SELECT snapshot FROM directory_snapshot'));
  const directory = saved ? Directory.restore(bytesOf(saved, 'snapshot')) : Directory.empty(root);
  const snapshotHead = directory.head;
  const newer = 'SELECT seq, payload FROM statement WHERE seq > ? ORDER BY seq';
  const rows = await store.read((sql) => sql.all(newer, [snapshotHead]));
  for (const row of rows) directory.apply(bytesOf(row, 'payload'), numberOf(row, 'seq'));
  return { directory, snapshotHead };
}

function verify(directory: Directory, payload: Uint8Array, seq: number): void {
  try {
    directory.apply(payload, seq);
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    const what = `The server's directory does not verify at statement ${String(seq)} (${error.code}).`;
    throw error.code === 'ROOT_MISMATCH' ? new ChanceryError('ROOT_MISMATCH', what) : refused(what);
  }
}

function refused(message: string): ChanceryError {
  return new ChanceryError('STATEMENT_INVALID', message, {
    remedy: 'Do not go on; tell your security officer. The device keeps to the directory that it has verified.',
  });
}
