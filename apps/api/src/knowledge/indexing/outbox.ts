import type { EntityManager } from 'typeorm';

/** Topic of the pub/sub port, without a payload: documents wait to be indexed. */
export const INDEX_TOPIC = 'knowledge.index';

/** Notes, in the transaction that changes them, that the index has to follow these documents. */
export async function enqueue(documentIds: readonly string[], transaction: EntityManager): Promise<void> {
  await transaction.query('INSERT INTO index_outbox (document_id) SELECT unnest($1::text[])', [documentIds]);
}

/** Notes it for every document there is. */
export async function enqueueAll(transaction: EntityManager): Promise<void> {
  await transaction.query('INSERT INTO index_outbox (document_id) SELECT id FROM document ORDER BY id');
}

/** A row of the outbox that this transaction has taken. */
export interface Claimed {
  readonly seq: string;
  readonly documentId: string;
  readonly attempts: number;
}

/** Stored size, in bytes, up to which bodies are read at once; one document is always taken, however long. */
const BATCH_BYTES = 16 * 1024 * 1024;

/** Takes up to `limit` rows that are due, the oldest first; rows that another transaction works on are passed over. */
export async function claim(limit: number, transaction: EntityManager): Promise<readonly Claimed[]> {
  const rows = await transaction.query<(Claimed & { bytes: number })[]>(
    `SELECT o.seq, o.document_id AS "documentId", o.attempts, coalesce(pg_column_size(v.body), 0) AS bytes
     FROM index_outbox o
     LEFT JOIN document d ON d.id = o.document_id
     LEFT JOIN document_version v ON v.document_id = d.id AND v.number = d.version
     WHERE o.due_at <= now() ORDER BY o.seq LIMIT $1 FOR UPDATE OF o SKIP LOCKED`,
    [limit],
  );
  return withinBytes(rows);
}

/** The first of the rows, as many as are read at once. */
function withinBytes<Row extends { readonly bytes: number }>(rows: readonly Row[]): readonly Row[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => (bytes += row.bytes) > BATCH_BYTES && index > 0);
  return end < 0 ? rows : rows.slice(0, end);
}

/** Takes rows out of the outbox. */
export async function finish(claimed: readonly Claimed[], transaction: EntityManager): Promise<void> {
  await transaction.query('DELETE FROM index_outbox WHERE seq = ANY($1)', [claimed.map(({ seq }) => seq)]);
}

/** Puts a row off: each time twice as long, up to an hour. */
export async function postpone({ seq }: Claimed, manager: EntityManager): Promise<void> {
  await manager.query(
    `UPDATE index_outbox SET attempts = attempts + 1, due_at = now() + least(power(2, least(attempts, 12)), 3600) * interval '1 second'
     WHERE seq = $1`,
    [seq],
  );
}

/** Those of the documents that wait. */
export async function waitingAmong(documentIds: readonly string[], transaction: EntityManager): Promise<Set<string>> {
  const rows = await transaction.query<{ id: string }[]>(
    'SELECT document_id AS id FROM index_outbox WHERE document_id = ANY($1)',
    [documentIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Ids of the documents after `after`, as many as are read at once, up to `limit`. */
export async function nextDocuments(after: string, limit: number, transaction: EntityManager): Promise<string[]> {
  const rows = await transaction.query<{ id: string; bytes: number }[]>(
    `SELECT d.id, pg_column_size(v.body) AS bytes FROM document d
     JOIN document_version v ON v.document_id = d.id AND v.number = d.version
     WHERE d.id > $1 ORDER BY d.id LIMIT $2`,
    [after, limit],
  );
  return withinBytes(rows).map(({ id }) => id);
}

/** How many changes of documents the index does not have yet, and how many steps a generation that is being built needs. */
export async function pending(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ waiting: number }[]>(
    `SELECT ((SELECT count(*) FROM index_outbox)
       + (SELECT count(*) FROM search_generation WHERE state = 'BUILDING')
       + (SELECT count(*) FROM document d JOIN search_generation g ON g.state = 'BUILDING' AND d.id > g.filled_to))::integer AS waiting`,
  );
  return row?.waiting ?? 0;
}

/** The same in whole hundreds, rounded up: who may be cleared for no paper does not learn how many are filed at this moment. */
export async function pendingRoughly(manager: EntityManager): Promise<number> {
  return Math.ceil((await pending(manager)) / 100) * 100;
}
