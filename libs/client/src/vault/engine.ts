import type { Sqlite3Static } from '@evolu/sqlite-wasm';

/** SQLite3MultipleCiphers with what its package leaves out of the type declarations. */
export type CipherEngine = Sqlite3Static & {
  readonly capi: {
    sqlite3mc_vfs_create(realVfs: string, makeDefault: 0 | 1): number;
    sqlite3_get_autocommit(database: number): number;
  };
  readonly wasm: { poke(address: number, value: number | bigint, type: 'i32' | 'i64' | 'double' | '*'): unknown };
};
