import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';

/** A statement that each connection prepares once; `name` belongs to one text only. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs a prepared statement and returns its rows. Parameters are `$1`, `$2` …; bytes are `Buffer`s. */
export type Run = <Row>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>;

/** The pool of connections under TypeORM, for what it has no words for: prepared statements, and locks in an order. */
@Injectable()
export class Sql {
  readonly #pool: Pool;

  constructor(source: DataSource) {
    this.#pool = (source.driver as unknown as { master: Pool }).master;
  }

  readonly run: Run = (statement, values) => runOn(this.#pool, statement, values);

  /** One transaction (READ COMMITTED): everything that `work` runs is kept, or, when it rejects, nothing. */
  async transaction<Result>(work: (run: Run) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work((statement, values) => runOn(client, statement, values));
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      await abandon(client);
      throw error;
    }
  }
}

async function runOn<Row>(on: Pool | PoolClient, statement: Statement, values: readonly unknown[]): Promise<Row[]> {
  const result = await on.query({ ...statement, values: [...values] });
  return result.rows as Row[];
}

/** A connection that cannot roll back is of no use to anybody. */
async function abandon(client: PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK');
    client.release();
  } catch {
    client.release(true);
  }
}
