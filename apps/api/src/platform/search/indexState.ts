import { randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

/** Changes whenever this code can no longer read what was indexed before: nothing is found then until it is made again. */
const FORM = 1;
/** Changes whenever the normaliser, the fields or what is kept of them do: the index is then built anew beside the old one. */
const ANALYSIS = 4;
/** So long a generation stays after its successor has begun to answer: longer than any search takes. */
const GRACE = "interval '20 seconds'";

/** One whole index. Several can stand beside each other; one answers. */
export interface Generation {
  readonly no: number;
  /** Name of the index at an engine outside the database; unknown names are found by nobody. */
  readonly name: string;
}

/** A generation that is being built, and how far it is. */
export interface Building extends Generation {
  /** The last document that was filled in, by id; '' before the first. */
  readonly filledTo: string;
}

/** Where no generation answers yet. */
export const NONE: Generation = { no: 0, name: 'none' };
const COLUMNS = 'no, index_name AS name, filled_to AS "filledTo"';

/** Which generations of the index there are, what they were made with, and which of them answers. */
@Injectable()
export class IndexState {
  constructor(private readonly database: DataSource) {}

  /** The generation that answers. */
  async live(manager: EntityManager): Promise<Generation> {
    return (await this.inState('LIVE', manager)) ?? NONE;
  }

  async building(manager: EntityManager = this.database.manager): Promise<Building | undefined> {
    return this.inState('BUILDING', manager);
  }

  /** Generations that changes of documents go to: the one that answers, and the one that is being built. */
  async written(manager: EntityManager): Promise<Generation[]> {
    return manager.query(`SELECT ${COLUMNS} FROM search_generation WHERE state <> 'RETIRED' ORDER BY no`);
  }

  /** Every generation of which anything may be left. */
  async all(manager: EntityManager): Promise<Generation[]> {
    return manager.query(`SELECT ${COLUMNS} FROM search_generation ORDER BY no`);
  }

  /** `unreadable`: of another engine, or none at all; `outdated`: it answers, but a new one would answer better. */
  async standing(engine: string, manager: EntityManager): Promise<'current' | 'outdated' | 'unreadable'> {
    const [newest] = await manager.query<{ readable: boolean; current: boolean }[]>(
      `SELECT bool_and(engine = $1 AND form = $2) AS readable, bool_or(analysis = $3) AS current
       FROM search_generation WHERE state <> 'RETIRED' HAVING bool_or(state = 'LIVE')`,
      [engine, FORM, ANALYSIS],
    );
    if (newest?.readable !== true) return 'unreadable';
    return newest.current ? 'current' : 'outdated';
  }

  /** Forgets everything that was made from the documents; it has to be made again, in a generation that answers at once. */
  async restart(engine: string, transaction: EntityManager): Promise<void> {
    await transaction.query(
      `TRUNCATE search_embedding, search_vector, search_entry, search_frequency, search_partition, search_posting, search_term,
         search_suggestion, search_generation`,
    );
    await add('LIVE', engine, transaction);
  }

  /** Begins a new generation, unless one is begun already. */
  async begin(engine: string, transaction: EntityManager): Promise<void> {
    await add('BUILDING', engine, transaction);
  }

  async fill({ no }: Generation, filledTo: string, transaction: EntityManager): Promise<void> {
    await transaction.query('UPDATE search_generation SET filled_to = $2 WHERE no = $1', [no, filledTo]);
  }

  /** From the end of the transaction on, the generation that was built answers. */
  async swap({ no }: Generation, transaction: EntityManager): Promise<void> {
    await transaction.query(`UPDATE search_generation SET state = 'RETIRED', changed_at = now() WHERE state = 'LIVE'`);
    await transaction.query(`UPDATE search_generation SET state = 'LIVE', changed_at = now() WHERE no = $1`, [no]);
  }

  /** A generation that no search uses any more. */
  async outlived(): Promise<Generation | undefined> {
    const [row] = await this.database.query<Generation[]>(
      `SELECT ${COLUMNS} FROM search_generation WHERE state = 'RETIRED' AND changed_at < now() - ${GRACE} ORDER BY no LIMIT 1`,
    );
    return row;
  }

  /** Its entries have to be gone. */
  async forget({ no }: Generation, transaction: EntityManager): Promise<void> {
    await transaction.query(
      'DELETE FROM search_frequency f USING search_partition p WHERE p.id = f.partition_id AND p.generation = $1',
      [no],
    );
    await transaction.query(
      'DELETE FROM search_suggestion s USING search_partition p WHERE p.id = s.partition_id AND p.generation = $1',
      [no],
    );
    await transaction.query('DELETE FROM search_partition WHERE generation = $1', [no]);
    await transaction.query('DELETE FROM search_generation WHERE no = $1', [no]);
  }

  private async inState(state: string, manager: EntityManager): Promise<Building | undefined> {
    const [row] = await manager.query<Building[]>(`SELECT ${COLUMNS} FROM search_generation WHERE state = $1`, [state]);
    return row;
  }
}

async function add(state: 'LIVE' | 'BUILDING', engine: string, transaction: EntityManager): Promise<void> {
  await transaction.query(
    `INSERT INTO search_generation (state, engine, form, analysis, index_name) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (state) WHERE state <> 'RETIRED' DO NOTHING`,
    [state, engine, FORM, ANALYSIS, `chancery-${randomBytes(8).toString('hex')}`],
  );
}
