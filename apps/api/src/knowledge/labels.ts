import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { canonicalLabel, parseLabel } from '#policy';
import type { Label } from '#policy';

import type { NumberedLabel } from '../platform/search/index.js';

/** Every label that is in use has a number, which stands in the rows that carry it. A number never changes its meaning. */
@Injectable()
export class Labels {
  private readonly known = new Map<number, Label>();

  constructor(private readonly database: DataSource) {}

  /** All that are in use: as many as there are different labels, not as there are documents. */
  async all(): Promise<NumberedLabel[]> {
    const rows = await this.database.query<{ id: number; canonical: string }[]>(
      'SELECT id, canonical FROM document_label',
    );
    return rows.map(({ id, canonical }) => ({ id, label: this.read(id, canonical) }));
  }

  async byIds(ids: readonly number[]): Promise<Map<number, Label>> {
    const wanted = new Set(ids);
    if ([...wanted].some((id) => !this.known.has(id))) await this.all();
    return new Map([...wanted].flatMap((id) => entry(id, this.known.get(id))));
  }

  /** The number of a label; a new one gets its number. */
  async numberOf(label: Label, transaction: EntityManager): Promise<number> {
    const canonical = canonicalLabel(label);
    const find = 'SELECT id FROM document_label WHERE canonical = $1';
    const [known] = await transaction.query<{ id: number }[]>(find, [canonical]);
    if (known) return known.id;
    const insert = 'INSERT INTO document_label (canonical) VALUES ($1) ON CONFLICT (canonical) DO NOTHING';
    await transaction.query(insert, [canonical]);
    const [made] = await transaction.query<{ id: number }[]>(find, [canonical]);
    if (!made) throw new Error('a label that was just numbered has no number');
    return made.id;
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

function entry(id: number, label: Label | undefined): [number, Label][] {
  return label ? [[id, label]] : [];
}
