import pg from 'pg';

import { Scanner } from './scan.js';
import type { ScanResult } from './scan.js';

/** One envelope as it stands in the database. */
export interface StoredRow {
  readonly groupId: string;
  readonly seq: number;
  readonly kind: string;
  readonly epoch: number;
  readonly senderDevice: string;
  readonly acceptedAt: Date;
  readonly payload: Buffer;
}

/** A look into the server with the rights of the database's superuser. */
export class Evidence {
  private constructor(private readonly database: pg.Client) {}

  static async open(administratorUrl: string): Promise<Evidence> {
    const database = new pg.Client({ connectionString: administratorUrl });
    database.on('error', () => undefined);
    await database.connect();
    return new Evidence(database);
  }

  async row(groupId: string, seq: number): Promise<StoredRow | undefined> {
    const { rows } = await this.database.query<StoredRow>(
      `SELECT group_id AS "groupId", seq, kind, epoch, sender_device AS "senderDevice", accepted_at AS "acceptedAt", payload
       FROM envelope WHERE group_id = $1 AND seq = $2`,
      [groupId, seq],
    );
    return rows[0];
  }

  /**
   * Looks for the words in every file of the server and, because PostgreSQL compresses long values, in every value of
   * every table as well. What is still in memory is written to the files first.
   */
  async scan(words: readonly string[], folder: string): Promise<ScanResult & { readonly rows: number }> {
    const scanner = new Scanner(words);
    await this.database.query('CHECKPOINT');
    await scanner.folder(folder);
    let rows = 0;
    for (const table of await this.tables()) rows += await this.#table(scanner, table);
    return { ...scanner.result(), rows };
  }

  async close(): Promise<void> {
    await this.database.end();
  }

  private async tables(): Promise<string[]> {
    const { rows } = await this.database.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    return rows.map(({ name }) => name);
  }

  async #table(scanner: Scanner, table: string): Promise<number> {
    const { rows } = await this.database.query<{ value: string }>(`SELECT t::text AS value FROM ${table} t`);
    for (const { value } of rows) scanner.text(value);
    return rows.length;
  }
}
