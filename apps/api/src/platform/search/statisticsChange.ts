import type { EntityManager } from 'typeorm';

import { FIELDS, weighted } from './fields.js';
import type { TermVector } from './termVector.js';

/** One text for label, collection and language together. */
export function partitionKey(partition: { label_id: number; collection_id: string; language: string }): string {
  return JSON.stringify([partition.label_id, partition.collection_id, partition.language]);
}

interface PartitionChange {
  entries: number;
  readonly lengths: number[];
}

interface TermChange {
  entries: number;
  weight: number;
}

/**
 * What a step of the index changes in the counters. They are kept by partition (label, collection and language), so that
 * a reader's statistics are summed over what that reader may read and nothing else shines through a score.
 */
export class StatisticsChange {
  private readonly partitions = new Map<number, PartitionChange>();
  /** Entries and weighted occurrences by term, by partition. */
  private readonly frequencies = new Map<number, Map<number, TermChange>>();

  add(vector: TermVector, partitionId: number): void {
    this.count(vector, partitionId, 1);
  }

  remove(vector: TermVector, partitionId: number): void {
    this.count(vector, partitionId, -1);
  }

  async apply(transaction: EntityManager): Promise<void> {
    await this.applyFrequencies(transaction);
    await this.applyPartitions(transaction);
  }

  private count(vector: TermVector, partitionId: number, sign: 1 | -1): void {
    const change = this.partitions.get(partitionId) ?? { entries: 0, lengths: FIELDS.map(() => 0) };
    this.partitions.set(partitionId, change);
    change.entries += sign;
    vector.lengths.forEach((length, field) => {
      change.lengths[field] = (change.lengths[field] ?? 0) + sign * length;
    });
    const terms = this.frequencies.get(partitionId) ?? new Map<number, TermChange>();
    this.frequencies.set(partitionId, terms);
    for (const id of vector.termIds) {
      const term = terms.get(id) ?? { entries: 0, weight: 0 };
      terms.set(id, term);
      term.entries += sign;
      term.weight += sign * weighted(vector.frequencies(id));
    }
  }

  private async applyFrequencies(transaction: EntityManager): Promise<void> {
    const rows = [...this.frequencies].flatMap(([partition, terms]) =>
      [...terms]
        .filter(([, { entries, weight }]) => entries !== 0 || weight !== 0)
        .map(([term, change]) => ({ partition, term, ...change })),
    );
    if (rows.length === 0) return;
    const keys = [rows.map(({ term }) => term), rows.map(({ partition }) => partition)];
    const changes = [rows.map(({ entries }) => entries), rows.map(({ weight }) => weight)];
    await transaction.query(
      `INSERT INTO search_frequency AS old (term_id, partition_id, entries, weight)
       SELECT * FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::float8[])
       ON CONFLICT (term_id, partition_id) DO UPDATE
       SET entries = old.entries + EXCLUDED.entries, weight = old.weight + EXCLUDED.weight`,
      [...keys, ...changes],
    );
    if (rows.every(({ entries }) => entries > 0)) return;
    await transaction.query(
      `DELETE FROM search_frequency f USING unnest($1::integer[], $2::integer[]) AS touched(term_id, partition_id)
       WHERE f.term_id = touched.term_id AND f.partition_id = touched.partition_id AND f.entries <= 0`,
      keys,
    );
  }

  private async applyPartitions(transaction: EntityManager): Promise<void> {
    for (const [id, { entries, lengths }] of this.partitions) {
      await transaction.query(
        `UPDATE search_partition SET entries = entries + $2, lengths = ARRAY(
           SELECT coalesce(old, 0) + new FROM unnest(lengths, $3::bigint[]) WITH ORDINALITY AS sums(old, new, place) ORDER BY place)
         WHERE id = $1`,
        [id, entries, lengths],
      );
    }
  }
}
