import sqlite3InitModule from '@evolu/sqlite-wasm';
import type { Database, PreparedStatement } from '@evolu/sqlite-wasm';

import { toHex } from '#primitives';

import { ChanceryError } from '../errors.js';
import { Mutex } from '../mutex.js';
import type { Disk } from '../ports/disk.js';
import type { Row, Sql, SqlValue, Store } from '../ports/store.js';
import type { CipherEngine } from './engine.js';
import { CIPHER_VFS, DiskVfs } from './vfs.js';

interface Engine {
  readonly sqlite3: CipherEngine;
  readonly vfs: DiskVfs;
}

export interface StoreOptions {
  /** Path of the database file; created when it isn't there. */
  readonly path: string;
  /** 32 bytes; the cipher is ChaCha20-Poly1305 by page. */
  readonly key: Uint8Array;
  readonly disk: Disk;
}

/** Pages in memory: each that is not there is read and deciphered. */
const CACHE_KIB = 32 * 1024;

/** Statements that stay prepared; a client has about a hundred. */
const MAX_PREPARED = 200;

let engine: Promise<Engine> | undefined;

/** Once; what failed for want of a line is tried again by whoever asks next. */
export function loadEngine(): Promise<Engine> {
  engine ??= initEngine().catch((error: unknown) => {
    engine = undefined;
    throw error;
  });
  return engine;
}

async function initEngine(): Promise<Engine> {
  const sqlite3 = (await sqlite3InitModule()) as CipherEngine;
  sqlite3.config.warn = () => undefined; // failures are thrown; on the console they would name tables
  return { sqlite3, vfs: new DiskVfs(sqlite3) };
}

/**
 * Opens the encrypted database. The caller holds the vault's lock.
 * @throws ChanceryError VAULT_DAMAGED when the file is no database under this key, DISK_FULL.
 */
export async function openStore({ path, key, disk }: StoreOptions): Promise<Store> {
  const { sqlite3, vfs } = await loadEngine();
  vfs.mount(path, disk);
  return guard(sqlite3, () => {
    const database = new sqlite3.oo1.DB({ filename: path, flags: 'c', vfs: CIPHER_VFS });
    try {
      prepareConnection(database, key);
    } catch (error) {
      database.close();
      throw error;
    }
    return new SqliteStore(sqlite3, database);
  });
}

function prepareConnection(database: Database, key: Uint8Array): void {
  database.exec(`PRAGMA cipher = 'chacha20'; PRAGMA key = 'raw:${toHex(key)}';`);
  // Exclusive locking before WAL: the WAL index then lives in our memory and needs no shared-memory file.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  database.exec('PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;');
  database.exec(`PRAGMA cache_size = -${String(CACHE_KIB)}`);
  database.exec('SELECT count(*) FROM sqlite_schema');
}

class SqliteStore implements Store {
  private readonly prepared = new Map<string, PreparedStatement>();
  private readonly mutex = new Mutex();
  private readonly sql: Sql = {
    all: (sql, parameters = []) => this.settle(() => this.rows(sql, parameters)),
    get: (sql, parameters = []) => this.settle(() => this.rows(sql, parameters)[0]),
    run: (sql, parameters = []) =>
      this.settle(() => {
        this.rows(sql, parameters);
      }),
  };
  private closed = false;

  constructor(
    private readonly sqlite3: CipherEngine,
    private readonly database: Database,
  ) {}

  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.mutex.run(async () => {
      await this.sql.run('BEGIN IMMEDIATE');
      try {
        const result = await work(this.sql);
        await this.sql.run('COMMIT');
        return result;
      } catch (error) {
        this.rollBack();
        throw error;
      }
    });
  }

  read<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.mutex.run(() => work(this.sql));
  }

  close(): Promise<void> {
    return this.mutex.run(() => {
      if (this.closed) return Promise.resolve();
      this.closed = true;
      for (const statement of this.prepared.values()) statement.finalize();
      this.prepared.clear();
      this.database.close();
      return Promise.resolve();
    });
  }

  /** SQLite may have rolled back by itself (a full disk); then there is nothing left to undo. */
  private rollBack(): void {
    if (this.sqlite3.capi.sqlite3_get_autocommit(this.database.pointer ?? 0) === 0) this.database.exec('ROLLBACK');
  }

  private rows(sql: string, parameters: readonly SqlValue[]): Row[] {
    const statement = this.prepare(sql);
    try {
      if (parameters.length > 0) statement.bind([...parameters]);
      const rows: Row[] = [];
      while (statement.step()) rows.push(statement.get({}) as Row);
      return rows;
    } finally {
      statement.reset(true);
    }
  }

  private prepare(sql: string): PreparedStatement {
    const known = this.prepared.get(sql);
    if (known) return known;
    if (this.prepared.size >= MAX_PREPARED) this.forgetOldest();
    const statement = this.database.prepare(sql);
    this.prepared.set(sql, statement);
    return statement;
  }

  private forgetOldest(): void {
    const [oldest] = this.prepared;
    if (!oldest) return;
    oldest[1].finalize();
    this.prepared.delete(oldest[0]);
  }

  private settle<Result>(work: () => Result): Promise<Result> {
    if (this.closed) return Promise.reject(new ChanceryError('VAULT_MISSING', 'The vault is closed.'));
    return guard(this.sqlite3, work);
  }
}

/** Runs SQLite and turns its result codes into ours. */
async function guard<Result>(sqlite3: CipherEngine, work: () => Result): Promise<Result> {
  try {
    return await Promise.resolve(work());
  } catch (error) {
    throw translate(sqlite3, error);
  }
}

function translate({ SQLite3Error, capi }: CipherEngine, error: unknown): unknown {
  if (!(error instanceof SQLite3Error)) return error;
  const primary = error.resultCode & 0xff;
  if (primary === capi.SQLITE_FULL) {
    return new ChanceryError('DISK_FULL', 'The disk is full; the vault was not changed.', { cause: error });
  }
  const damaged: readonly number[] = [capi.SQLITE_CORRUPT, capi.SQLITE_NOTADB, capi.SQLITE_IOERR, capi.SQLITE_CANTOPEN];
  if (damaged.includes(primary)) {
    return new ChanceryError('VAULT_DAMAGED', 'The vault on the disk is damaged or not readable.', { cause: error });
  }
  return error;
}
