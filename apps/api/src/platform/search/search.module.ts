import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { AppConfig } from '../../config/index.js';
import { EmbeddingProvider, NoEmbeddings } from './embedding/embeddingProvider.js';
import { EmbeddingStore } from './embedding/embeddingStore.js';
import { HttpEmbeddings } from './embedding/httpEmbeddings.js';
import { Meaning } from './embedding/meaning.js';
import { Feedback } from './feedback.js';
import { IndexCheck } from './indexCheck.js';
import { IndexState } from './indexState.js';
import { IndexWriter } from './indexWriter.js';
import { MeilisearchEngine } from './meilisearch/meilisearchEngine.js';
import { PostgresEngine } from './postgres/postgresEngine.js';
import { QueryPlanner } from './queryPlanner.js';
import { SearchEngine } from './searchEngine.js';
import { Searcher } from './searcher.js';
import { SearchStatistics } from './statistics.js';
import { Suggestions } from './suggestions.js';
import { SynonymBook } from './synonymBook.js';
import { VectorStore } from './vectorStore.js';

/** The configured engine behind the port, and what is the same for every engine. */
@Module({
  providers: [
    IndexState,
    {
      provide: SearchEngine,
      inject: [AppConfig, DataSource],
      useFactory: (config: AppConfig, database: DataSource): SearchEngine =>
        config.meilisearch ? new MeilisearchEngine(config.meilisearch) : new PostgresEngine(database),
    },
    {
      provide: EmbeddingProvider,
      inject: [AppConfig],
      useFactory: ({ embedding }: AppConfig): EmbeddingProvider =>
        embedding ? new HttpEmbeddings(embedding) : new NoEmbeddings(),
    },
    EmbeddingStore,
    Meaning,
    SearchStatistics,
    VectorStore,
    SynonymBook,
    Suggestions,
    QueryPlanner,
    Feedback,
    Searcher,
    IndexWriter,
    IndexCheck,
  ],
  exports: [
    SearchEngine,
    Searcher,
    IndexState,
    IndexWriter,
    IndexCheck,
    SynonymBook,
    Suggestions,
    EmbeddingProvider,
    EmbeddingStore,
  ],
})
export class SearchModule {}
