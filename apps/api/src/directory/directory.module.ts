import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { DeviceDirectory } from '../access/index.js';
import { ApprovalEntity } from './approvals/approval.entity.js';
import { ApprovalsResolver } from './approvals/approvals.resolver.js';
import { ApprovalsService } from './approvals/approvals.service.js';
import { DeviceNoteEntity } from './devices/deviceNote.entity.js';
import { DeviceNotesResolver } from './devices/deviceNotes.resolver.js';
import { DeviceNotesService } from './devices/deviceNotes.service.js';
import { FirstDevice } from './devices/firstDevice.service.js';
import { DirectoryService } from './directory.service.js';
import { ClaimsResolver } from './invitations/claims.resolver.js';
import { ClaimsService } from './invitations/claims.service.js';
import { CompletionService } from './invitations/completion.service.js';
import { InvitationEntity } from './invitations/invitation.entity.js';
import { InvitationsResolver } from './invitations/invitations.resolver.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { Loaders } from './loaders.js';
import { Founding } from './ministry/founding.js';
import { Checkpoints } from './log/checkpoints.js';
import { CosigningService } from './log/cosigning.service.js';
import { LogCheckpointEntity, LogCosignatureEntity, LogNodeEntity } from './log/log.entity.js';
import { LogResolver } from './log/log.resolver.js';
import { LogTree } from './log/logTree.js';
import { FoundingToken } from './ministry/foundingToken.js';
import { FoundingTokenEntity, MinistryEntity, SecurityPolicyEntity } from './ministry/ministry.entity.js';
import { MinistryResolver } from './ministry/ministry.resolver.js';
import { MinistryService } from './ministry/ministry.service.js';
import { Policies } from './ministry/policies.js';
import { PairingApproval } from './pairing/approval.service.js';
import { PairingEntity } from './pairing/pairing.entity.js';
import { PairingResolver } from './pairing/pairing.resolver.js';
import { PairingService } from './pairing/pairing.service.js';
import { KeyParcelEntity, ParcelKeyEntity } from './parcels/parcel.entity.js';
import { ParcelsResolver } from './parcels/parcels.resolver.js';
import { ParcelsService } from './parcels/parcels.service.js';
import { MeResolver } from './people/me.resolver.js';
import { PeopleResolver } from './people/people.resolver.js';
import { PeopleService } from './people/people.service.js';
import { ClearanceEntity, DeviceEntity, PersonEntity, PersonRoleEntity } from './people/person.entity.js';
import { PostEntity } from './posts/post.entity.js';
import { PostsResolver } from './posts/posts.resolver.js';
import { PostsService } from './posts/posts.service.js';
import { RecoveryBundleEntity, RecoveryRequestEntity } from './recovery/recovery.entity.js';
import { RecoveryResolver } from './recovery/recovery.resolver.js';
import { RecoveryService } from './recovery/recovery.service.js';
import { RecoveryDecisions } from './recovery/recoveryDecisions.service.js';
import { KeyFile } from './serverKeys/keyFile.js';
import { ServerKeys } from './serverKeys/serverKeys.js';
import { ServerKeysResolver } from './serverKeys/serverKeys.resolver.js';
import { Announcer } from './statements/announcer.js';
import { StatementEntity } from './statements/statement.entity.js';
import { StatementLog } from './statements/statementLog.js';
import { StatementsResolver } from './statements/statements.resolver.js';
import { StatementsService } from './statements/statements.service.js';

const ENTITIES = [
  MinistryEntity,
  FoundingTokenEntity,
  SecurityPolicyEntity,
  PostEntity,
  StatementEntity,
  LogNodeEntity,
  LogCheckpointEntity,
  LogCosignatureEntity,
  PersonEntity,
  DeviceEntity,
  ClearanceEntity,
  PersonRoleEntity,
  InvitationEntity,
  PairingEntity,
  DeviceNoteEntity,
  ParcelKeyEntity,
  KeyParcelEntity,
  RecoveryBundleEntity,
  RecoveryRequestEntity,
  ApprovalEntity,
];

const SERVICES = [
  MinistryService,
  Policies,
  FoundingToken,
  Founding,
  PostsService,
  PeopleService,
  KeyFile,
  ServerKeys,
  LogTree,
  Checkpoints,
  StatementLog,
  CosigningService,
  StatementsService,
  Announcer,
  InvitationsService,
  ClaimsService,
  CompletionService,
  PairingService,
  PairingApproval,
  DeviceNotesService,
  FirstDevice,
  ParcelsService,
  RecoveryService,
  RecoveryDecisions,
  ApprovalsService,
  Loaders,
];

const RESOLVERS = [
  MinistryResolver,
  PostsResolver,
  PeopleResolver,
  MeResolver,
  ServerKeysResolver,
  StatementsResolver,
  LogResolver,
  InvitationsResolver,
  ClaimsResolver,
  PairingResolver,
  DeviceNotesResolver,
  ParcelsResolver,
  RecoveryResolver,
  ApprovalsResolver,
];

/** People, posts, devices and the log of signed statements: MLS's Authentication Service (RFC 9750 section 3.2). */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature(ENTITIES)],
  providers: [...SERVICES, ...RESOLVERS, DirectoryService, { provide: DeviceDirectory, useExisting: DirectoryService }],
  exports: [DirectoryService, ServerKeys, DeviceDirectory, FoundingToken],
})
export class DirectoryModule {}
