import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { AppConfig } from '../../config/index.js';
import { Feedback } from './feedback.js';
import { IndexState } from './indexState.js';
import { IndexWriter } from './indexWriter.js';
import { MeilisearchEngine } from './meilisearch/meilisearchEngine.js';
import { PostgresEngine } from './postgres/postgresEngine.js';
import { QueryPlanner } from './queryPlanner.js';
import { SearchEngine } from './searchEngine.js';
import { Searcher } from './searcher.js';
import { SearchStatistics } from './statistics.js';
import { VectorStore } from './vectorStore.js';

/** The configured engine behind the port, and what is the same for every engine. */
@Module({
  providers: [
    IndexState,
    {
      provide: SearchEngine,
      inject: [AppConfig, DataSource, IndexState],
      useFactory: (config: AppConfig, database: DataSource, state: IndexState): SearchEngine =>
        config.meilisearch ? new MeilisearchEngine(config.meilisearch, state) : new PostgresEngine(database),
    },
    SearchStatistics,
    VectorStore,
    QueryPlanner,
    Feedback,
    Searcher,
    IndexWriter,
  ],
  exports: [SearchEngine, Searcher, IndexState, IndexWriter],
})
export class SearchModule {}
