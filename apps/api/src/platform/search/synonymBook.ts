import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { prepared } from '../database/index.js';

/** Words or short wordings of a ministry that mean the same, or one of which means the other. */
export interface Synonym {
  readonly id: string;
  /** ISO 639-1 of the questions that it is for; '' for every language. */
  readonly language: string;
  readonly words: readonly string[];
  /** What is looked for as well, where one of `words` is asked for. */
  readonly means: readonly string[];
  /** Whether `words` are looked for as well, where one of `means` is asked for. */
  readonly bothWays: boolean;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** Bound of a ministry's synonyms: all of them are kept in memory. */
export const MAX_SYNONYMS = 5000;

const COLUMNS = `id, language, words, means, both_ways AS "bothWays", created_by AS "createdBy", created_at AS "createdAt"`;

/** The synonyms that the ministry has agreed on. */
@Injectable()
export class SynonymBook {
  private known: { readonly state: string; readonly synonyms: readonly Synonym[] } = { state: '', synonyms: [] };

  constructor(private readonly database: DataSource) {}

  /** Every one, read anew when another instance has changed them. */
  async all(): Promise<readonly Synonym[]> {
    const [row] = await prepared<{ state: string }>(
      this.database,
      `SELECT count(*) || ' ' || coalesce(max(created_at)::text, '') AS state FROM synonym`,
      [],
    );
    const state = row?.state ?? '';
    if (state !== this.known.state) this.known = { state, synonyms: await this.page('', MAX_SYNONYMS) };
    return this.known.synonyms;
  }

  /** Up to `limit`, by id, after `after`. */
  async page(after: string, limit: number): Promise<Synonym[]> {
    return this.database.query<Synonym[]>(`SELECT ${COLUMNS} FROM synonym WHERE id > $1 ORDER BY id LIMIT $2`, [
      after,
      limit,
    ]);
  }

  /** False when there are as many as there may be. Adding one again changes nothing. */
  async add(synonym: Synonym, transaction: EntityManager): Promise<boolean> {
    const { id, language, words, means, bothWays, createdBy, createdAt } = synonym;
    await transaction.query('LOCK TABLE synonym IN SHARE ROW EXCLUSIVE MODE');
    const rows = await transaction.query<unknown[]>(
      `INSERT INTO synonym (id, language, words, means, both_ways, created_by, created_at)
       SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT count(*) FROM synonym) < $8
       ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id RETURNING id`,
      [id, language, words, means, bothWays, createdBy, createdAt, MAX_SYNONYMS],
    );
    return rows.length > 0;
  }

  /** Whether there was one. */
  async remove(id: string, transaction: EntityManager): Promise<boolean> {
    const [rows] = await transaction.query<[unknown[], number]>('DELETE FROM synonym WHERE id = $1 RETURNING id', [id]);
    return rows.length > 0;
  }
}
