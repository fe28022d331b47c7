import { createHash } from 'node:crypto';

import type { Pool } from 'pg';
import { QueryFailedError } from 'typeorm';
import type { DataSource } from 'typeorm';

/**
 * Runs a statement that PostgreSQL keeps planned for each connection: for those of every search, whose planning takes longer than they do.
 * Outside of transactions only. @throws QueryFailedError as `DataSource.query` does
 */
export async function prepared<Row extends object>(
  database: DataSource,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const pool = (database.driver as unknown as { readonly master: Pool }).master;
  try {
    return (await pool.query<Row>({ name: nameOf(text), text, values: [...values] })).rows;
  } catch (error) {
    throw error instanceof Error ? new QueryFailedError(text, [...values], error) : error;
  }
}

const names = new Map<string, string>();

/** Names are known per connection, and PostgreSQL takes 63 bytes. */
function nameOf(text: string): string {
  const known = names.get(text) ?? createHash('sha256').update(text).digest('base64url');
  names.set(text, known);
  return known;
}
