import type { EntityManager } from 'typeorm';

/** Any fixed number; all instances of Chancery on one database use the same. */
const TREE_LOCK = 4_460_066;

/**
 * Changes of the tree of collections wait for each other until the transaction ends: a path is made from the path above, and paths
 * decide who may read.
 */
export async function lockTree(transaction: EntityManager): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock($1)', [TREE_LOCK]);
}

/**
 * Filings into one collection, and moves out of it and into it, wait for each other: a paper that is filed twice at once becomes one
 * document, and none is revised by the rights that it was moved away from.
 */
export async function lockFiling(collectionIds: readonly string[], transaction: EntityManager): Promise<void> {
  // in one order for everybody, so that no two wait for each other
  for (const id of [...new Set(collectionIds)].toSorted()) {
    await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 4460))', [id]);
  }
}
