import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { SearchModule } from '../platform/search/index.js';
import { TransfersModule } from '../platform/transfers/index.js';
import { CollectionEntity, GrantEntity } from './collection.entity.js';
import { CollectionsResolver } from './collections.resolver.js';
import { CollectionsService } from './collections.service.js';
import { DocumentEntity, VersionEntity } from './document.entity.js';
import { DocumentWriter } from './documentWriter.js';
import { DocumentsResolver, VersionsResolver } from './documents.resolver.js';
import { DocumentsService } from './documents.service.js';
import { DowngradeEntity } from './downgrades/downgrade.entity.js';
import { DowngradesResolver } from './downgrades/downgrades.resolver.js';
import { DowngradesService } from './downgrades/downgrades.service.js';
import { Relabelling } from './downgrades/relabelling.js';
import { ExportEntity } from './exports/export.entity.js';
import { ExportsResolver } from './exports/exports.resolver.js';
import { ExportsService } from './exports/exports.service.js';
import { DraftEntity } from './drafts/draft.entity.js';
import { DraftsResolver } from './drafts/drafts.resolver.js';
import { DraftsService } from './drafts/drafts.service.js';
import { FilingService } from './filing.service.js';
import { IndexWorker } from './indexWorker.js';
import { Labels } from './labels.js';
import { OriginalBlobEntity, OriginalEntity, OriginalUsageEntity } from './originals/original.entity.js';
import { OriginalCollector } from './originals/originalCollector.js';
import { OriginalQuota } from './originals/originalQuota.js';
import { OriginalsController } from './originals/originals.controller.js';
import { OriginalsResolver } from './originals/originals.resolver.js';
import { OriginalsService } from './originals/originals.service.js';
import { OriginalTransfers } from './originals/originalTransfers.js';
import { Parts } from './parts.js';
import { ReadingService } from './reading.service.js';
import { ReviewEntity, ReviewerEntity } from './reviews/review.entity.js';
import { ReviewsResolver } from './reviews/reviews.resolver.js';
import { ReviewsService } from './reviews/reviews.service.js';
import { SearchResolver } from './search.resolver.js';
import { SearchService } from './search.service.js';
import { ComparingResolver } from './versions/versions.resolver.js';
import { VersionsService } from './versions/versions.service.js';

const ORIGINALS = [OriginalCollector, OriginalQuota, OriginalsResolver, OriginalsService, OriginalTransfers];
const DOWNGRADES = [DowngradesResolver, DowngradesService, Relabelling];
const EXPORTS = [ExportsResolver, ExportsService];

/** Collections, documents and search. */
@Module({
  imports: [
    TypeOrmModule.forFeature([
      CollectionEntity,
      GrantEntity,
      DocumentEntity,
      VersionEntity,
      DraftEntity,
      ReviewEntity,
      ReviewerEntity,
      OriginalEntity,
      OriginalBlobEntity,
      OriginalUsageEntity,
      ExportEntity,
      DowngradeEntity,
    ]),
    SearchModule,
    TransfersModule,
  ],
  controllers: [OriginalsController],
  providers: [
    ...ORIGINALS,
    ...EXPORTS,
    ...DOWNGRADES,
    Labels,
    ReadingService,
    CollectionsService,
    DocumentsService,
    DocumentWriter,
    FilingService,
    VersionsService,
    ComparingResolver,
    DraftsService,
    DraftsResolver,
    ReviewsService,
    ReviewsResolver,
    Parts,
    SearchService,
    IndexWorker,
    CollectionsResolver,
    DocumentsResolver,
    VersionsResolver,
    SearchResolver,
  ],
})
export class KnowledgeModule {}
