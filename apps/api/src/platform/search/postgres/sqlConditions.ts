import type { ClearanceFilter } from '../clearanceFilter.js';
import type { Narrowing } from '../types.js';

type Wanted = Omit<Narrowing, 'not'>;

/** Collects conditions on an entry `e` or a partition `s`. Whatever people wrote travels as a parameter, never as SQL. */
export class SqlConditions {
  private readonly conditions: string[] = [];

  /** @param values - parameters that the statement has already */
  constructor(readonly values: unknown[] = []) {}

  get isEmpty(): boolean {
    return this.conditions.length === 0;
  }

  get sql(): string {
    return this.isEmpty ? 'true' : this.conditions.join(' AND ');
  }

  /** The placeholder of a new parameter. */
  value(value: unknown): string {
    return `$${String(this.values.push(value))}`;
  }

  /** A partition that the reader may read. */
  readableBy(filter: ClearanceFilter): void {
    this.conditions.push(`s.label_id = ANY(${this.value(filter.labels)})`);
    this.conditions.push(`s.scopes && ${this.value(filter.scopes)}::text[]`);
  }

  ofGeneration(no: number): void {
    this.conditions.push(`s.generation = ${this.value(no)}`);
  }

  /** What of a narrowing is decided for a whole partition. */
  partitionFits({ not, ...wanted }: Narrowing): void {
    this.fit(wanted, not, (narrowing) => this.partition(narrowing));
  }

  /** What of a narrowing is decided for each entry. */
  entryFits({ not, ...wanted }: Narrowing): void {
    this.fit(wanted, not, (narrowing) => this.entry(narrowing));
  }

  inPartitions(table: 'e' | 'p', partitions: readonly number[]): void {
    this.conditions.push(`${table}.partition_id = ANY(${this.value(partitions)}::integer[])`);
  }

  withoutTerms(ids: readonly number[]): void {
    if (ids.length === 0) return;
    this.conditions.push(
      `NOT EXISTS (SELECT 1 FROM search_posting x WHERE x.entry_no = e.no AND x.term_id = ANY(${this.value(ids)}))`,
    );
  }

  /** HAVING, for groups of the postings of one entry: every term of one of the lists is there. */
  holdingAllOfOne(lists: readonly (readonly number[])[]): string {
    if (lists.length === 0) return '';
    const each = lists.map((ids) => {
      const distinct = [...new Set(ids)];
      return `count(*) FILTER (WHERE q.term_id = ANY(${this.value(distinct)})) = ${this.value(distinct.length)}`;
    });
    return `HAVING (${each.join(' OR ')})`;
  }

  private fit(wanted: Wanted, unwanted: Wanted | undefined, conditionsOf: (narrowing: Wanted) => string[]): void {
    this.conditions.push(...conditionsOf(wanted));
    this.conditions.push(...conditionsOf(unwanted ?? {}).map((condition) => `NOT coalesce(${condition}, false)`));
  }

  private partition({ languages, collectionIds }: Wanted): string[] {
    return [
      ...(languages ? [`s.language = ANY(${this.value(languages)})`] : []),
      ...(collectionIds ? [`s.scopes && ${this.value(collectionIds)}::text[]`] : []),
    ];
  }

  private entry(wanted: Wanted): string[] {
    const { kinds, levels, countries, topics, states, documentIds, fromTerms, toTerms } = wanted;
    return [
      ...(kinds ? [`e.kind = ANY(${this.value(kinds)})`] : []),
      ...(levels ? [`e.level = ANY(${this.value(levels)})`] : []),
      ...(countries ? [`e.countries && ${this.value(countries)}::text[]`] : []),
      ...(states ? [`e.state = ANY(${this.value(states)})`] : []),
      ...(documentIds ? [`e.document_id = ANY(${this.value(documentIds)})`] : []),
      ...(topics ? [`e.topics && ${this.value(topics)}::text[]`] : []),
      ...(fromTerms ? [`e.from_terms @> ${this.value(fromTerms)}::text[]`] : []),
      ...(toTerms ? [`e.to_terms @> ${this.value(toTerms)}::text[]`] : []),
      ...this.days(wanted),
    ];
  }

  /** A paper whose date is not exact fits when any day that it can mean does. */
  private days({ firstDay, lastDay }: Wanted): string[] {
    if (firstDay === undefined && lastDay === undefined) return [];
    const from = this.value(firstDay ?? 0);
    const to = this.value(lastDay ?? MAX_DAY);
    return [`(e.last_day >= ${from} AND e.first_day <= ${to})`];
  }
}

const MAX_DAY = 99_999_999;
