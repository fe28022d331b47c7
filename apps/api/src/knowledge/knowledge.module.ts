import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { SearchModule } from '../platform/search/index.js';
import { CollectionEntity, GrantEntity } from './collection.entity.js';
import { CollectionsResolver } from './collections.resolver.js';
import { CollectionsService } from './collections.service.js';
import { DocumentEntity, VersionEntity } from './document.entity.js';
import { DocumentWriter } from './documentWriter.js';
import { DocumentsResolver, VersionsResolver } from './documents.resolver.js';
import { DocumentsService } from './documents.service.js';
import { FilingService } from './filing.service.js';
import { IndexWorker } from './indexWorker.js';
import { Labels } from './labels.js';
import { ReadingService } from './reading.service.js';
import { SearchResolver } from './search.resolver.js';
import { SearchService } from './search.service.js';

/** Collections, documents and search. */
@Module({
  imports: [TypeOrmModule.forFeature([CollectionEntity, GrantEntity, DocumentEntity, VersionEntity]), SearchModule],
  providers: [
    Labels,
    ReadingService,
    CollectionsService,
    DocumentsService,
    DocumentWriter,
    FilingService,
    SearchService,
    IndexWorker,
    CollectionsResolver,
    DocumentsResolver,
    VersionsResolver,
    SearchResolver,
  ],
})
export class KnowledgeModule {}
