import { DataSource } from 'typeorm';

import { Refusal } from '../refusal.js';
import { migrations } from './migrations/index.js';
import { quietLogger } from './quietLogger.js';

/** Any fixed number; all instances of Chancery on one database use the same. */
const MIGRATION_LOCK = 4_460_001;

/**
 * Runs what has not run yet; of those that are named, where `only` is given. Instances that boot at once wait for each other, so that each migration runs once. Throws DATABASE_NEWER,
 * having changed nothing, where a newer version has run migrations that this one does not know.
 */
export async function migrate(url: string, only?: readonly string[]): Promise<void> {
  const ours = new Set(migrations.map(({ name }) => name));
  if (only?.some((name) => !ours.has(name))) throw newer();
  const source = new DataSource({
    type: 'postgres',
    extra: { connectionString: url },
    migrations: migrations.filter(({ name }) => only?.includes(name) ?? true),
    migrationsTableName: 'migration',
    logger: quietLogger(),
  });
  await source.initialize();
  try {
    await runLocked(source);
  } finally {
    await source.destroy();
  }
}

/** The lock is held by a connection of its own, and released with it. */
async function runLocked(source: DataSource): Promise<void> {
  const guard = source.createQueryRunner();
  await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    await refuseNewer(source);
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await guard.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await guard.release();
  }
}

/** This version would write rows into tables that mean something else by now. */
async function refuseNewer(source: DataSource): Promise<void> {
  const [table] = await source.query<{ found: string | null }[]>("SELECT to_regclass('migration') AS found");
  if (!table?.found) return;
  const run = await source.query<{ name: string }[]>('SELECT name FROM migration');
  const ours = new Set(migrations.map(({ name }) => name));
  if (run.every(({ name }) => ours.has(name))) return;
  throw newer();
}

function newer(): Refusal {
  return new Refusal('DATABASE_NEWER', 'the database belongs to a newer version of Chancery');
}
