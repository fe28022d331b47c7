import { Injectable, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { FEATURES } from '../../apps/api/src/app.module.js';
import { startServer } from '../support/server.js';

/** Indexes, checks and foreign keys are the migrations' own; entities say tables, columns, types and keys. */
const BEYOND_ENTITIES = /^(ALTER TABLE "\w+" DROP CONSTRAINT|DROP INDEX) /;

/** Hands the server's own connection to the test. */
const seen: { source?: DataSource } = {};

@Injectable()
class Probe {
  constructor(source: DataSource) {
    seen.source = source;
  }
}

@Module({ providers: [Probe] })
class ProbeModule {}

describe('the database', () => {
  test('is after the migrations what the entities say, column by column', async () => {
    const server = await startServer({ features: [...FEATURES, ProbeModule] });
    const pending = await seen.source!.driver.createSchemaBuilder().log();
    await server.stop();
    expect(pending.upQueries.map(({ query }) => query).filter((query) => !BEYOND_ENTITIES.test(query))).toEqual([]);
  });

  test('has a primary key in every table', async () => {
    const server = await startServer({ features: [...FEATURES, ProbeModule] });
    const bare = await seen.source!.query<{ relname: string }[]>(
      `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND n.nspname = 'public'
         AND NOT EXISTS (SELECT 1 FROM pg_constraint p WHERE p.conrelid = c.oid AND p.contype = 'p')`,
    );
    await server.stop();
    expect(bare).toEqual([]);
  });
});
