import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { JobsModule } from '../platform/jobs/index.js';
import { SearchModule } from '../platform/search/index.js';
import { TransfersModule } from '../platform/transfers/index.js';
import { AcknowledgementEntity, AcknowledgementListEntity } from './acknowledgements/acknowledgement.entity.js';
import { AcknowledgementsResolver } from './acknowledgements/acknowledgements.resolver.js';
import { AcknowledgementsService } from './acknowledgements/acknowledgements.service.js';
import { Reminders } from './acknowledgements/reminders.js';
import { CollectionEntity, GrantEntity } from './collections/collection.entity.js';
import { CollectionsResolver } from './collections/collections.resolver.js';
import { CollectionsService } from './collections/collections.service.js';
import { CommentEntity } from './comments/comment.entity.js';
import { CommentNotices } from './comments/commentNotices.js';
import { CommentReaders } from './comments/commentReaders.js';
import { CommentsResolver } from './comments/comments.resolver.js';
import { CommentsService } from './comments/comments.service.js';
import { DateJobs } from './dates/dateJobs.js';
import { DatesEntity } from './dates/dates.entity.js';
import { DatesResolver } from './dates/dates.resolver.js';
import { DatesService } from './dates/dates.service.js';
import { DocumentEntity, VersionEntity } from './documents/document.entity.js';
import { DocumentWriter } from './documents/documentWriter.js';
import { DocumentsResolver, VersionsResolver } from './documents/documents.resolver.js';
import { DocumentsService } from './documents/documents.service.js';
import { DowngradeEntity } from './downgrades/downgrade.entity.js';
import { DowngradesResolver } from './downgrades/downgrades.resolver.js';
import { DowngradesService } from './downgrades/downgrades.service.js';
import { Relabelling } from './downgrades/relabelling.js';
import { EmbeddingFollower } from './indexing/embeddingFollower.js';
import { ExportEntity } from './exports/export.entity.js';
import { ExportsResolver } from './exports/exports.resolver.js';
import { ExportsService } from './exports/exports.service.js';
import { DraftEntity } from './drafts/draft.entity.js';
import { DraftsResolver } from './drafts/drafts.resolver.js';
import { DraftsService } from './drafts/drafts.service.js';
import { FilingService } from './filing/filing.service.js';
import { IndexFiller } from './indexing/indexFiller.js';
import { IndexKeeper } from './indexing/indexKeeper.js';
import { IndexWorker } from './indexing/indexWorker.js';
import { Labels } from './labels.js';
import { CitationRule } from './links/citationRule.js';
import { Citations } from './links/citations.js';
import { LinksResolver } from './links/links.resolver.js';
import { LinksService } from './links/links.service.js';
import { CollectionMoves } from './moving/collectionMoves.js';
import { DocumentMoves } from './moving/documentMoves.js';
import { NoticeEntity } from './notices/notice.entity.js';
import { NoticePruning } from './notices/noticePruning.js';
import { NoticesResolver } from './notices/notices.resolver.js';
import { Notices } from './notices/notices.service.js';
import { ImportedFilesService } from './originals/importedFiles.service.js';
import {
  ImportedFileDocumentEntity,
  ImportedFileEntity,
  OriginalBlobEntity,
  OriginalEntity,
  OriginalUsageEntity,
} from './originals/original.entity.js';
import { OriginalCollector } from './originals/originalCollector.js';
import { OriginalQuota } from './originals/originalQuota.js';
import { OriginalsController } from './originals/originals.controller.js';
import { OriginalsResolver } from './originals/originals.resolver.js';
import { OriginalsService } from './originals/originals.service.js';
import { OriginalTransfers } from './originals/originalTransfers.js';
import { Handover } from './owners/handover.js';
import { LeftDraftEntity } from './owners/leftDraft.entity.js';
import { LeftDraftsService } from './owners/leftDrafts.service.js';
import { OwnerEntity } from './owners/owner.entity.js';
import { OwnersResolver } from './owners/owners.resolver.js';
import { OwnersService } from './owners/owners.service.js';
import { Parts } from './documents/parts.js';
import { PresentDocuments } from './documents/presentDocuments.js';
import { ReadingService } from './reading.service.js';
import { ReviewEntity, ReviewerEntity } from './reviews/review.entity.js';
import { ReviewsResolver } from './reviews/reviews.resolver.js';
import { ReviewsService } from './reviews/reviews.service.js';
import { SavedAlerts } from './saved/savedAlerts.js';
import { SavedChanges } from './saved/savedChanges.js';
import { SavedResolver } from './saved/saved.resolver.js';
import { SavedService } from './saved/saved.service.js';
import { SearchResolver } from './searching/search.resolver.js';
import { SearchService } from './searching/search.service.js';
import { FavouritesService } from './shelf/favourites.service.js';
import { Recents } from './shelf/recents.js';
import { ShelfResolver } from './shelf/shelf.resolver.js';
import { SuggestingResolver } from './suggesting/suggesting.resolver.js';
import { SuggestingService } from './suggesting/suggesting.service.js';
import { SynonymsResolver } from './synonyms/synonyms.resolver.js';
import { SynonymsService } from './synonyms/synonyms.service.js';
import { ComparingResolver } from './versions/versions.resolver.js';
import { VersionsService } from './versions/versions.service.js';
import { Happenings } from './watching/happenings.js';
import { HappeningsFollower } from './watching/happeningsFollower.js';
import { WatchNotices } from './watching/watchNotices.js';
import { WatchingResolver } from './watching/watching.resolver.js';
import { WatchingService } from './watching/watching.service.js';

const ORIGINALS = [
  ImportedFilesService,
  OriginalCollector,
  OriginalQuota,
  OriginalsResolver,
  OriginalsService,
  OriginalTransfers,
];
const COMMENTS = [CommentNotices, CommentReaders, CommentsResolver, CommentsService];
const LINKS = [CitationRule, Citations, LinksResolver, LinksService];
const SAVED = [SavedAlerts, SavedChanges, SavedResolver, SavedService];
const SHELF = [FavouritesService, Recents, ShelfResolver];
const WATCHING = [Happenings, HappeningsFollower, WatchNotices, WatchingResolver, WatchingService];
const DOWNGRADES = [DowngradesResolver, DowngradesService, Relabelling];
const OWNERS = [Handover, LeftDraftsService, OwnersResolver, OwnersService];
const ACKNOWLEDGEMENTS = [AcknowledgementsResolver, AcknowledgementsService, Reminders];
const DATES = [DateJobs, DatesResolver, DatesService];
const NOTICES = [NoticePruning, Notices, NoticesResolver];
const MOVES = [CollectionMoves, DocumentMoves];
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
      ImportedFileEntity,
      ImportedFileDocumentEntity,
      OriginalEntity,
      OriginalBlobEntity,
      OriginalUsageEntity,
      ExportEntity,
      DowngradeEntity,
      NoticeEntity,
      DatesEntity,
      AcknowledgementListEntity,
      AcknowledgementEntity,
      OwnerEntity,
      LeftDraftEntity,
      CommentEntity,
    ]),
    JobsModule,
    SearchModule,
    TransfersModule,
  ],
  controllers: [OriginalsController],
  providers: [
    ...ORIGINALS,
    ...EXPORTS,
    ...MOVES,
    ...DOWNGRADES,
    ...NOTICES,
    ...DATES,
    ...ACKNOWLEDGEMENTS,
    ...OWNERS,
    PresentDocuments,
    ...COMMENTS,
    ...LINKS,
    ...SAVED,
    ...SHELF,
    ...WATCHING,
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
    SuggestingService,
    SuggestingResolver,
    SynonymsService,
    SynonymsResolver,
    IndexFiller,
    IndexKeeper,
    IndexWorker,
    EmbeddingFollower,
    CollectionsResolver,
    DocumentsResolver,
    VersionsResolver,
    SearchResolver,
  ],
})
export class KnowledgeModule {}
