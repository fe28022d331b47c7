import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { canonicalLabel, parseLabel } from '#policy';
import type { Label } from '#policy';

import { prepared } from '../platform/database/index.js';
import type { NumberedLabel } from '../platform/search/index.js';

/** Every label that is in use has a number, which stands in the rows that carry it. A number never changes its meaning. */
@Injectable()
export class Labels {
  private readonly known = new Map<number, Label>();

  constructor(private readonly database: DataSource) {}

  /** All that are in use: as many as there are different labels, not as there are documents. */
  async all(): Promise<NumberedLabel[]> {
    // Labels come and never go: as many as are known are the known ones.
    const rows = await prepared<{ id: number; canonical: string }>(
      this.database,
      'SELECT id, canonical FROM document_label WHERE (SELECT count(*) FROM document_label) <> $1',
      [this.known.size],
    );
    for (const { id, canonical } of rows) this.read(id, canonical);
    return [...this.known].map(([id, label]) => ({ id, label }));
  }

  async byIds(ids: readonly number[]): Promise<Map<number, Label>> {
    const wanted = new Set(ids);
    if ([...wanted].some((id) => !this.known.has(id))) await this.all();
    return new Map([...wanted].flatMap((id) => entry(id, this.known.get(id))));
  }

  /** The number of a label; a new one gets its number. */
  async numberOf(label: Label, transaction: EntityManager): Promise<number> {
    const numbers = await this.numbersOf([label], transaction);
    return numberIn(numbers, label);
  }

  /** The numbers of labels, by their canonical texts; new ones get theirs. */
  async numbersOf(labels: readonly Label[], transaction: EntityManager): Promise<ReadonlyMap<string, number>> {
    const wanted = [...new Set(labels.map(canonicalLabel))];
    const known = await find(wanted, transaction);
    const missing = wanted.filter((canonical) => !known.has(canonical));
    if (missing.length === 0) return known;
    // In one order for everybody: two transactions that name the same labels would otherwise wait for each other for good.
    const insert = `INSERT INTO document_label (canonical)
      SELECT canonical FROM unnest($1::text[]) AS canonical ORDER BY canonical ON CONFLICT (canonical) DO NOTHING`;
    await transaction.query(insert, [missing]);
    return new Map([...known, ...(await find(missing, transaction))]);
  }

  private read(id: number, canonical: string): Label {
    const known = this.known.get(id);
    if (known) return known;
    const label = parseLabel(canonical);
    if (!label) throw new Error(`label ${String(id)} is not in its canonical form`);
    this.known.set(id, label);
    return label;
  }
}

/** @throws Error where the label was not among those that were asked for */
export function numberIn(numbers: ReadonlyMap<string, number>, label: Label): number {
  const number = numbers.get(canonicalLabel(label));
  if (number === undefined) throw new Error('a label that was just numbered has no number');
  return number;
}

async function find(canonical: readonly string[], transaction: EntityManager): Promise<Map<string, number>> {
  const sql = 'SELECT id, canonical FROM document_label WHERE canonical = ANY($1)';
  const rows = await transaction.query<{ id: number; canonical: string }[]>(sql, [canonical]);
  return new Map(rows.map((row) => [row.canonical, row.id]));
}

function entry(id: number, label: Label | undefined): [number, Label][] {
  return label ? [[id, label]] : [];
}
