import 'reflect-metadata';

import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';

import { genericMinistry, parseLabel } from '#policy';

import { ConfigModule } from '../../../apps/api/src/config/index.js';
import type { AppConfig } from '../../../apps/api/src/config/index.js';
import { DatabaseModule } from '../../../apps/api/src/platform/database/index.js';
import { PlatformModule } from '../../../apps/api/src/platform/platform.module.js';
import { PubSubModule } from '../../../apps/api/src/platform/pubsub/index.js';
import { ClearanceFilter, SearchEngine, SearchModule, Searcher } from '../../../apps/api/src/platform/search/index.js';
import { QueryPlanner } from '../../../apps/api/src/platform/search/queryPlanner.js';
import { candidateQuery, MAX_CANDIDATES } from '../../../apps/api/src/platform/search/searcher.js';
import { searchRequest } from '../../../apps/api/src/knowledge/searching/searchRequest.js';
import { READER } from './marks.js';

/** The search engine without a server around it, asked by the same reader. */
export interface RawEngine {
  /** What has to be known before the engine can be asked. */
  plan(question: string): Promise<() => Promise<unknown>>;
  /** Plan, candidates and ranking, without authorisation and answer. */
  search(question: string): Promise<unknown>;
  close(): Promise<void>;
}

/** @param granted - collections of the reader */
export async function openRawEngine(
  config: AppConfig,
  databaseUrl: string,
  granted: readonly string[],
): Promise<RawEngine> {
  @Module({
    imports: [ConfigModule.with(config), DatabaseModule.at(databaseUrl), PubSubModule, PlatformModule, SearchModule],
  })
  class RawModule {}
  const context = await NestFactory.createApplicationContext(RawModule, { logger: false });
  const [engine, searcher, planner] = [
    context.get(SearchEngine, { strict: false }),
    context.get(Searcher, { strict: false }),
    context.get(QueryPlanner, { strict: false }),
  ];
  const filterNow = () => readerFilter(context.get(DataSource), granted);
  const requestFor = (query: string) => searchRequest({ query });
  return {
    plan: async (question) => {
      const filter = await filterNow();
      const query = candidateQuery(await planner.plan(requestFor(question), filter));
      return async () => (query ? engine.candidates(query, filter, MAX_CANDIDATES) : undefined);
    },
    search: async (question) =>
      searcher.search(requestFor(question), await filterNow(), (ids) =>
        Promise.resolve(ids.map((id) => ({ id, wholeId: id }))),
      ),
    close: () => context.close(),
  };
}

async function readerFilter(database: DataSource, grantedCollections: readonly string[]): Promise<ClearanceFilter> {
  const rows = await database.query<{ id: number; canonical: string }[]>('SELECT id, canonical FROM document_label');
  const labels = rows.flatMap(({ id, canonical }) => {
    const label = parseLabel(canonical);
    return label ? [{ id, label }] : [];
  });
  const clearance = { policy: genericMinistry.id, ...READER };
  return ClearanceFilter.for({ clearance, policy: genericMinistry, now: new Date(), labels, grantedCollections });
}
