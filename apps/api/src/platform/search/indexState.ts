import { randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

/** Changes whenever the normaliser, the fields or the form of the vectors do: the index is then built anew. */
const ANALYSIS = 2;

interface StateRow {
  fingerprint: string;
  index_name: string;
}

/** What the index in this database was made with, and under which name an engine outside keeps its part. */
@Injectable()
export class IndexState {
  constructor(private readonly database: DataSource) {}

  /** Name of the index at an engine outside the database; unknown names are found by nobody. */
  async indexName(): Promise<string> {
    const [row] = await this.database.query<StateRow[]>('SELECT index_name FROM search_state');
    return row?.index_name ?? 'none';
  }

  /** Whether the index was made by this engine with this version of the analysis. */
  async isCurrent(engine: string, transaction: EntityManager): Promise<boolean> {
    const [row] = await transaction.query<StateRow[]>('SELECT fingerprint FROM search_state');
    return row?.fingerprint === fingerprintOf(engine);
  }

  /** Forgets everything that was made from the documents; it has to be made again under a new name. */
  async restart(engine: string, transaction: EntityManager): Promise<void> {
    await transaction.query(
      'TRUNCATE search_vector, search_entry, search_frequency, search_partition, search_posting, search_term',
    );
    await transaction.query(
      `INSERT INTO search_state (fingerprint, index_name) VALUES ($1, $2)
       ON CONFLICT (single) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, index_name = EXCLUDED.index_name`,
      [fingerprintOf(engine), `chancery-${randomBytes(8).toString('hex')}`],
    );
  }
}

function fingerprintOf(engine: string): string {
  return `${engine} ${String(ANALYSIS)}`;
}
