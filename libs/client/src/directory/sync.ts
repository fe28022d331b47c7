import { StatementsDocument } from '#contracts';
import { fromBase64, fromBase64Url } from '#primitives';
import { Directory, StatementError } from '#transparency';

import { ChanceryError } from '../errors.js';
import { Mutex } from '../mutex.js';
import { bytesOf, numberOf } from '../ports/store.js';
import type { Store } from '../ports/store.js';
import type { Timer } from '../ports/timer.js';
import type { Session } from '../session.js';

const PAGE = 200;
/** For so long a directory counts as the newest there is, in milliseconds. */
const FRESH_MS = 30_000;
/** A snapshot costs time in proportion to the ministry; opening costs time in proportion to the statements since. */
const STATEMENTS_BETWEEN_SNAPSHOTS = 200;

/** The verified directory in the vault, and the way in which it grows. */
export class DirectorySync {
  private readonly mutex = new Mutex();
  private freshAt = 0;

  private constructor(
    private readonly store: Store,
    private readonly rootFingerprint: Uint8Array,
    private readonly timer: Timer,
    private directory: Directory,
    private snapshotHead: number,
  ) {}

  /** Restores what was verified before. */
  static async load(store: Store, rootFingerprint: string, timer: Timer): Promise<DirectorySync> {
    const root = fromBase64Url(rootFingerprint);
    const { directory, snapshotHead } = await restore(store, root);
    return new DirectorySync(store, root, timer, directory, snapshotHead);
  }

  /** As far as it has been verified here. */
  get current(): Directory {
    return this.directory;
  }

  /**
   * Fetches and verifies what is new; returns how many statements.
   * @throws ChanceryError STATEMENT_INVALID when the server gives anything that does not verify, or less than it once gave
   */
  catchUp(session: Session): Promise<number> {
    return this.mutex.run(async () => {
      const before = this.directory.head;
      while (await this.fetchPage(session));
      this.freshAt = this.timer.now().getTime();
      return this.directory.head - before;
    });
  }

  /** Catches up unless that was done a moment ago. */
  async ensureFresh(session: Session): Promise<void> {
    if (!this.isFresh()) await this.catchUp(session);
  }

  isFresh(): boolean {
    return this.timer.now().getTime() - this.freshAt < FRESH_MS;
  }

  /** True while there may be more. */
  private async fetchPage(session: Session): Promise<boolean> {
    const after = this.directory.head;
    const { statements: page } = await session.execute(StatementsDocument, { after, first: PAGE });
    if (page.head < after) throw refused('The server gives an older directory than it gave before.');
    if (page.statements.length === 0) return false;
    const added = page.statements.map(({ seq, payload }) => ({ seq, payload: fromBase64(payload) }));
    try {
      for (const { seq, payload } of added) verify(this.directory, payload, seq);
      await this.save(added);
    } catch (error) {
      // Half a page may have been applied, or a page not been stored: memory goes back to what the vault holds.
      ({ directory: this.directory, snapshotHead: this.snapshotHead } = await restore(
        this.store,
        this.rootFingerprint,
      ));
      throw error;
    }
    return this.directory.head < page.head;
  }

  private async save(added: readonly { seq: number; payload: Uint8Array }[]): Promise<void> {
    const { head } = this.directory;
    const snapshot = head - this.snapshotHead >= STATEMENTS_BETWEEN_SNAPSHOTS ? this.directory.serialize() : undefined;
    await this.store.transaction(async (sql) => {
      for (const { seq, payload } of added) await sql.run('INSERT INTO statement VALUES (?, ?)', [seq, payload]);
      if (snapshot) await sql.run('INSERT OR REPLACE INTO directory_snapshot VALUES (1, ?, ?)', [head, snapshot]);
    });
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
