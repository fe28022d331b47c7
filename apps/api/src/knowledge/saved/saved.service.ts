import { isDeepStrictEqual } from 'node:util';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import type { SearchInput } from '../searching/search.types.js';
import { searchRequest } from '../searching/searchRequest.js';
import { requireText } from '../texts.js';
import type { SavedSearchInput } from './saved.types.js';

/** A search as it is kept. */
export interface SavedRow {
  readonly id: string;
  readonly name: string;
  readonly request: Omit<SearchInput, 'after'>;
  readonly alerts: boolean;
  readonly createdAt: Date;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MAX_SAVED = 100;
const MAX_NAME = 200;
const COLUMNS = 'id, name, request, alerts, created_at AS "createdAt"';

/** Searches that people keep. One's own only. */
@Injectable()
export class SavedService {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Up to `limit` of the caller's own, by id, after `after`. */
  async list(after: string, limit: number, { personId }: Caller): Promise<SavedRow[]> {
    return this.database.query<SavedRow[]>(
      `SELECT ${COLUMNS} FROM saved_search WHERE person_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
      [personId, after, limit],
    );
  }

  /** Throws BAD_INPUT, TOO_LARGE; CONFLICT for a name or an id that is taken. */
  async save({ id, name, search, alerts }: SavedSearchInput, { personId }: Caller): Promise<SavedRow> {
    if (!ID.test(id)) throw new Refusal('BAD_INPUT', 'an id is a lower-case UUID', { field: 'id' });
    requireText('name', name, MAX_NAME);
    searchRequest(search); // throws for what can't be searched
    const request = kept(search);
    await this.requireRoom(id, personId);
    await this.database.query(
      `INSERT INTO saved_search (id, person_id, name, request, alerts, created_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING`,
      [id, personId, name.trim(), JSON.stringify(request), alerts ?? false, this.clock.now()],
    );
    const stored = await this.find(id, personId);
    if (stored?.name === name.trim() && isDeepStrictEqual(stored.request, request)) return stored;
    throw new Refusal('CONFLICT', 'another saved search has this name', { field: 'name' });
  }

  /** Renames, or switches alerts. Throws NOT_FOUND, BAD_INPUT, TOO_LARGE; CONFLICT for a name that is taken. */
  async change(
    id: string,
    { name, alerts }: { name: string | undefined; alerts: boolean | undefined },
    { personId }: Caller,
  ): Promise<SavedRow> {
    if (name !== undefined) requireText('name', name, MAX_NAME);
    const [taken] = await this.database.query<object[]>(
      'SELECT 1 FROM saved_search WHERE person_id = $1 AND name = $2 AND id <> $3',
      [personId, name?.trim() ?? '', id],
    );
    if (taken) throw new Refusal('CONFLICT', 'another saved search has this name', { field: 'name' });
    await this.database.query(
      `UPDATE saved_search SET name = coalesce($3, name), alerts = coalesce($4, alerts)
       WHERE id = $1 AND person_id = $2`,
      [id, personId, name?.trim(), alerts],
    );
    const row = await this.find(id, personId);
    if (row) return row;
    throw new Refusal('NOT_FOUND', 'there is no such saved search', { field: 'id' });
  }

  /** False when it is gone already. */
  async delete(id: string, { personId }: Caller): Promise<boolean> {
    const [, count] = await this.database.query<[unknown, number]>(
      'DELETE FROM saved_search WHERE id = $1 AND person_id = $2',
      [id, personId],
    );
    return count > 0;
  }

  private async find(id: string, personId: string): Promise<SavedRow | undefined> {
    const query = `SELECT ${COLUMNS} FROM saved_search WHERE id = $1 AND person_id = $2`;
    const [row] = await this.database.query<SavedRow[]>(query, [id, personId]);
    return row;
  }

  private async requireRoom(id: string, personId: string): Promise<void> {
    const [held] = await this.database.query<{ count: number }[]>(
      'SELECT count(*)::integer AS count FROM saved_search WHERE person_id = $1 AND id <> $2',
      [personId, id],
    );
    if ((held?.count ?? 0) < MAX_SAVED) return;
    throw new Refusal('TOO_LARGE', `at most ${String(MAX_SAVED)} searches are kept`, { field: 'id' });
  }
}

/** The search as plain data, from its first page. */
function kept(search: SearchInput): SavedRow['request'] {
  const request = JSON.parse(JSON.stringify(search)) as SearchInput;
  delete request.after;
  return request;
}
