import type { Clearance, Label, SecurityPolicy } from '#policy';

import { asksWithin } from './embedding/reach.js';
import { verdictsFor } from './verdicts.js';

/** A label that is in use, under the number that stands in the rows that carry it. */
export interface NumberedLabel {
  readonly id: number;
  readonly label: Label;
}

/**
 * Under which scope the index keeps what lies in a collection and no longer holds: a search that does not ask for it never touches it,
 * and pays nothing for leaving it out.
 */
export function expiredScope(collectionId: string): string {
  return `expired ${collectionId}`;
}

/** What decides over reading: clearance and need-to-know, both as they are at this moment. */
export interface ReadingBasis {
  /** Undefined reads nothing. */
  readonly clearance: Clearance | undefined;
  readonly policy: SecurityPolicy;
  readonly now: Date;
  /** Every label that any row carries. */
  readonly labels: readonly NumberedLabel[];
  /** Collections that the reader holds a grant for; everything below them is included. */
  readonly grantedCollections: readonly string[];
}

type Cleared = Pick<ReadingBasis, 'clearance' | 'policy'>;

/**
 * What one reader may read, in a form that the database and both search engines understand: a row may be read when its
 * label is one of `labels` and its collection, or one above it, is one of `scopes`. The rule itself is `canRead` of
 * libs/policy, applied to every label in use, so that it exists once.
 *
 * Nobody but `ClearanceFilter.for` can make one; so a search without it does not type-check.
 */
export class ClearanceFilter {
  /** Private fields make the type nominal: an object of the same shape is no ClearanceFilter. */
  readonly #labels: readonly number[];
  readonly #scopes: readonly string[];
  readonly #basis: Cleared;

  private constructor(labels: readonly number[], scopes: readonly string[], basis: Cleared) {
    this.#labels = labels;
    this.#scopes = scopes;
    this.#basis = basis;
  }

  static for({ clearance, policy, now, labels, grantedCollections }: ReadingBasis): ClearanceFilter {
    const reads = verdictsFor(clearance, policy, now);
    const readable = labels.filter(({ label }) => reads(label)).map(({ id }) => id);
    return new ClearanceFilter(readable, [...new Set(grantedCollections)], { clearance, policy });
  }

  /** The same reader, asking also for what no longer holds. For the index only: rows of the database have no such scopes. */
  withExpired(): ClearanceFilter {
    return new ClearanceFilter(this.#labels, [...this.#scopes, ...this.#scopes.map(expiredScope)], this.#basis);
  }

  /** Numbers of the labels that the reader may read. */
  get labels(): readonly number[] {
    return this.#labels;
  }

  /** Ids of collections whose trees the reader needs to know. */
  get scopes(): readonly string[] {
    return this.#scopes;
  }

  /** Whether the reader's questions may go where nothing above this level may: by the clearance, never by what there is to read. */
  asksWithin(level: string): boolean {
    const { clearance, policy } = this.#basis;
    return clearance !== undefined && asksWithin(clearance, level, policy);
  }

  /** Whether nothing at all can be found with it. */
  get isEmpty(): boolean {
    return this.#labels.length === 0 || this.#scopes.length === 0;
  }
}
