import type pg from 'pg';

import type { TableHead } from './frames.js';

/** What is made anew from the rest: the search index, and what waits to enter it. */
const DERIVED = /^(search_\w+|index_\w+)$/;
/** Written by the migrations themselves. */
const OWN = 'migration';

/** The tables that a backup holds, each behind those that it refers to. */
export async function tablesOf(client: pg.ClientBase): Promise<TableHead[]> {
  const tables = await client.query<{ name: string; columns: string[] }>(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.relname ORDER BY c.relname`,
  );
  const kept = tables.rows.filter(({ name }) => name !== OWN && !DERIVED.test(name));
  const counters = await countersOf(client);
  const heads = kept.map(({ name, columns }): TableHead => {
    const counter = counters.get(name);
    return { name, columns, ...(counter && { counter }) };
  });
  return inOrder(heads, await referencesOf(client));
}

/** Names of the migrations that have run, oldest first; none in an empty database. */
export async function migrationsOf(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ found: string | null }>("SELECT to_regclass('public.migration') AS found");
  if (!rows[0]?.found) return [];
  const run = await client.query<{ name: string }>('SELECT name FROM migration ORDER BY id');
  return run.rows.map(({ name }) => name);
}

/** Whether nobody has made anything in the database yet. */
export async function isEmpty(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S', 'p') LIMIT 1`,
  );
  return rows.length === 0;
}

/** The list of columns as COPY takes it; the names come from the catalog, or were compared with it. */
export function columnList({ columns }: Pick<TableHead, 'columns'>): string {
  return columns.map((column) => `"${column}"`).join(', ');
}

async function countersOf(client: pg.ClientBase): Promise<Map<string, NonNullable<TableHead['counter']>>> {
  const { rows } = await client.query<{ name: string; column: string; last: string | null }>(
    `SELECT t.relname AS name, a.attname AS column, s.last_value::text AS last
     FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid AND t.relnamespace = 'public'::regnamespace
     JOIN pg_depend d ON d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype IN ('i', 'a')
     JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
     JOIN pg_sequences s ON s.schemaname = 'public' AND s.sequencename = q.relname`,
  );
  const given = rows.filter((row): row is typeof row & { last: string } => row.last !== null);
  return new Map(given.map(({ name, column, last }) => [name, { column, last }]));
}

async function referencesOf(client: pg.ClientBase): Promise<Map<string, ReadonlySet<string>>> {
  const { rows } = await client.query<{ source: string; target: string }>(
    `SELECT s.relname AS source, t.relname AS target FROM pg_constraint k
     JOIN pg_class s ON s.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
     WHERE k.contype = 'f' AND s.oid <> t.oid`,
  );
  const references = new Map<string, Set<string>>();
  for (const { source, target } of rows) references.set(source, (references.get(source) ?? new Set()).add(target));
  return references;
}

function inOrder(tables: readonly TableHead[], references: ReadonlyMap<string, ReadonlySet<string>>): TableHead[] {
  const ordered: TableHead[] = [];
  let waiting = [...tables];
  while (waiting.length > 0) {
    const open = new Set(waiting.map(({ name }) => name));
    const free = waiting.filter(({ name }) => [...(references.get(name) ?? [])].every((target) => !open.has(target)));
    if (free.length === 0) throw new Error('tables that refer to each other in a circle can not be put in an order');
    ordered.push(...free);
    waiting = waiting.filter((table) => !free.includes(table));
  }
  return ordered;
}
