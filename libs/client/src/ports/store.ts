/** What a column holds. Whole numbers up to 2^53 - 1. */
export type SqlValue = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;

/** Runs statements; parameters are bound to `?` in their order. */
export interface Sql {
  all(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  get(sql: string, parameters?: readonly SqlValue[]): Promise<Row | undefined>;
  run(sql: string, parameters?: readonly SqlValue[]): Promise<void>;
}

/**
 * One encrypted SQL database, the same on every platform.
 *
 * Promises: transactions are serial and atomic; when `transaction` resolves its effects survive `kill -9` and power loss;
 * when it rejects nothing of it remains. One process at a time owns a store.
 * Errors are ChanceryErrors: DISK_FULL (nothing that was acknowledged is lost) and VAULT_DAMAGED.
 */
export interface Store {
  /** Inside `work` use only the given `sql`: the store itself waits for the transaction to end. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  /** Reads outside of a transaction: each call sees a committed state. */
  read<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** A text column; throws on anything else, which would be a bug of ours. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} holds no text`);
  return value;
}

export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`column ${column} holds no number`);
  return value;
}

export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new TypeError(`column ${column} holds no bytes`);
  return value;
}

/** The text of a column that may be NULL. */
export function maybeText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textOf(row, column);
}

export function maybeNumber(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : numberOf(row, column);
}

export function maybeBytes(row: Row, column: string): Uint8Array | undefined {
  return row[column] === null ? undefined : bytesOf(row, column);
}
