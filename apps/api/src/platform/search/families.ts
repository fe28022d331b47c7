import type { Order, QueryPlan } from './queryPlan.js';
import { isUnwanted } from './ranking.js';
import type { RankedDocument } from './ranking.js';
import type { StoredVector } from './vectorStore.js';

/** A document that the reader may read, and the one that it is a part of: itself, for a document of its own. */
export interface Member {
  readonly id: string;
  readonly wholeId: string;
}

/** What was found, a whole document each. */
export interface FoundDocument extends RankedDocument {
  /** What it is put in order by, beside its id. */
  readonly key: number | string;
  /** The member that answers best: the document itself, or a part of it. */
  readonly memberId: string;
}

/** Later than any day, as yyyymmdd: where papers without a date stand. */
const NO_DAY = 99_999_999;

/**
 * Takes parts together with the documents that they are of: each document once, by its best member. One that has an
 * unwanted word anywhere, as far as the reader may read it, is left out whole.
 */
export function wholes(
  ranked: readonly RankedDocument[],
  members: readonly Member[],
  stored: ReadonlyMap<string, StoredVector>,
  plan: QueryPlan,
): FoundDocument[] {
  const wholeOf = new Map(members.map(({ id, wholeId }) => [id, wholeId]));
  const unwanted = new Set(
    members.filter(({ id }) => isUnwantedIn(plan, stored.get(id))).map(({ wholeId }) => wholeId),
  );
  const found = new Map<string, FoundDocument>();
  for (const { documentId: memberId, score } of ranked) {
    const documentId = wholeOf.get(memberId) ?? memberId;
    if (found.has(documentId) || unwanted.has(documentId)) continue;
    const key = keyOf(plan.order, score, stored.get(documentId) ?? stored.get(memberId));
    found.set(documentId, { documentId, memberId, score, key });
  }
  return [...found.values()].sort(inOrder(plan.order));
}

/** Compares in an order; equal keys by id, so that pages never overlap. */
export function inOrder(order: Order): (a: Place, b: Place) => number {
  const sign = order === 'relevance' || order === 'newest' ? -1 : 1;
  return (a, b) => {
    if (a.key !== b.key) return a.key < b.key ? -sign : sign;
    return a.documentId < b.documentId ? -1 : Number(a.documentId > b.documentId);
  };
}

/** A place in a list that is in order. */
export type Place = Pick<FoundDocument, 'key' | 'documentId'>;

function isUnwantedIn(plan: QueryPlan, stored: StoredVector | undefined): boolean {
  return stored !== undefined && isUnwanted(plan, stored);
}

function keyOf(order: Order, score: number, stored: StoredVector | undefined): number | string {
  if (order === 'relevance') return score;
  if (order === 'title') return stored?.titleKey ?? '';
  if (order === 'newest') return stored?.lastDay ?? 0;
  return stored === undefined || stored.firstDay === 0 ? NO_DAY : stored.firstDay;
}
