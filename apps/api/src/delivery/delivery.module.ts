import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { ready } from '#primitives/verify';

import { TransfersModule } from '../platform/transfers/index.js';
import {
  AttachmentEntity,
  AttachmentGrantEntity,
  AttachmentReferenceEntity,
  AttachmentUsageEntity,
} from './attachments/attachment.entity.js';
import { AttachmentCollector } from './attachments/attachmentCollector.js';
import { AttachmentGrants } from './attachments/attachmentGrants.js';
import { AttachmentQuota } from './attachments/attachmentQuota.js';
import { AttachmentReferences } from './attachments/attachmentReferences.js';
import { AttachmentsController } from './attachments/attachments.controller.js';
import { AttachmentsResolver } from './attachments/attachments.resolver.js';
import { AttachmentsService } from './attachments/attachments.service.js';
import { AttachmentTransfers } from './attachments/attachmentTransfers.js';
import { CampaignsResolver } from './campaigns/campaigns.resolver.js';
import { CampaignsService } from './campaigns/campaigns.service.js';
import { CampaignStore } from './campaigns/campaignStore.js';
import { CampaignDays } from './campaigns/campaignDays.js';
import { CampaignDayEntity } from './campaigns/day.entity.js';
import { DayWorker } from './campaigns/dayWorker.js';
import { CampaignReminderEntity } from './campaigns/reminder.entity.js';
import { CampaignReminders } from './campaigns/reminders.service.js';
import { ReminderWorker } from './campaigns/reminderWorker.js';
import { Appender } from './envelopes/appender.js';
import { EnvelopeEntity } from './envelopes/envelope.entity.js';
import { EnvelopeLog } from './envelopes/envelopeLog.js';
import { EnvelopesResolver } from './envelopes/envelopes.resolver.js';
import { EnvelopesService } from './envelopes/envelopes.service.js';
import { Admission } from './groups/admission.js';
import { CommitsService } from './groups/commits.service.js';
import { CommitStore } from './groups/commitStore.js';
import { Generations } from './groups/generations.js';
import { GroupEntity, GroupGenerationEntity, GroupMemberEntity, GroupStateEntity } from './groups/group.entity.js';
import { GroupsResolver } from './groups/groups.resolver.js';
import { GroupsService } from './groups/groups.service.js';
import { GroupStore } from './groups/groupStore.js';
import { ProposalsService } from './groups/proposals.service.js';
import { ProposalStore } from './groups/proposalStore.js';
import { PublicGroups } from './groups/publicGroups.js';
import { Successors } from './groups/successors.js';
import { WelcomeEntity, WelcomeRecipientEntity } from './groups/welcome.entity.js';
import { WelcomesService } from './groups/welcomes.service.js';
import { Audiences } from './hints/audience.js';
import { HintHub } from './hints/hintHub.js';
import { HintsResolver } from './hints/hints.resolver.js';
import { HintsService } from './hints/hints.service.js';
import { LogEvents } from './hints/logEvents.js';
import { HistoryManifestEntity, HistorySegmentEntity } from './history/history.entity.js';
import { HistoryResolver } from './history/history.resolver.js';
import { HistoryService } from './history/history.service.js';
import { KeyPackageEntity } from './keyPackages/keyPackage.entity.js';
import { KeyPackagesResolver } from './keyPackages/keyPackages.resolver.js';
import { KeyPackagesService } from './keyPackages/keyPackages.service.js';
import { KeyPackageStore } from './keyPackages/keyPackageStore.js';
import { Labels } from './labels.js';
import { ReceiptEntity } from './receipts/receipt.entity.js';
import { ReceiptsResolver } from './receipts/receipts.resolver.js';
import { ReceiptsService } from './receipts/receipts.service.js';
import { StandEntity } from './receipts/stand.entity.js';
import { StandsResolver } from './receipts/stands.resolver.js';
import { StandsService } from './receipts/stands.service.js';
import { DueRemovals } from './removals/dueRemovals.js';
import { ReachService } from './removals/reach.service.js';
import { GroupRemovalEntity, RemovalCursorEntity } from './removals/removal.entity.js';
import { RemovalProposals } from './removals/removalProposals.js';
import { RemovalsResolver } from './removals/removals.resolver.js';
import { RemovalWorker } from './removals/removalWorker.js';
import { Sql } from './sql.js';
import { Turns } from './turns.js';

const ENTITIES = [
  KeyPackageEntity,
  GroupEntity,
  GroupStateEntity,
  GroupMemberEntity,
  GroupGenerationEntity,
  EnvelopeEntity,
  WelcomeEntity,
  WelcomeRecipientEntity,
  ReceiptEntity,
  StandEntity,
  AttachmentEntity,
  AttachmentGrantEntity,
  AttachmentReferenceEntity,
  AttachmentUsageEntity,
  HistoryManifestEntity,
  HistorySegmentEntity,
  GroupRemovalEntity,
  RemovalCursorEntity,
  CampaignDayEntity,
  CampaignReminderEntity,
];
const RESOLVERS = [
  CampaignsResolver,
  AttachmentsResolver,
  EnvelopesResolver,
  GroupsResolver,
  HintsResolver,
  HistoryResolver,
  KeyPackagesResolver,
  ReceiptsResolver,
  RemovalsResolver,
  StandsResolver,
];
const GROUPS = [
  Admission,
  CommitsService,
  CommitStore,
  Generations,
  GroupsService,
  GroupStore,
  ProposalsService,
  ProposalStore,
  PublicGroups,
  Successors,
];
const CAMPAIGNS = [CampaignsService, CampaignStore, CampaignDays, DayWorker, CampaignReminders, ReminderWorker];
const REMOVALS = [DueRemovals, ReachService, RemovalProposals, RemovalWorker];
const ATTACHMENTS = [
  AttachmentCollector,
  AttachmentGrants,
  AttachmentQuota,
  AttachmentReferences,
  AttachmentsService,
  AttachmentTransfers,
];
const ENVELOPES = [Appender, EnvelopeLog, EnvelopesService];
const HINTS = [Audiences, HintHub, HintsService, LogEvents];
const REST = [
  HistoryService,
  KeyPackagesService,
  KeyPackageStore,
  Labels,
  ReceiptsService,
  Sql,
  StandsService,
  Turns,
  WelcomesService,
];

/** The Delivery Service (RFC 9750 section 5): KeyPackages, groups, the ordered log of each group, cursors, receipts. */
@Module({
  imports: [TypeOrmModule.forFeature(ENTITIES), TransfersModule],
  controllers: [AttachmentsController],
  providers: [...RESOLVERS, ...GROUPS, ...ATTACHMENTS, ...ENVELOPES, ...CAMPAIGNS, ...REMOVALS, ...HINTS, ...REST],
})
export class DeliveryModule implements OnModuleInit {
  async onModuleInit(): Promise<void> {
    await ready();
  }
}
