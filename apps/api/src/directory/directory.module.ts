import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { DeviceDirectory } from '../access/index.js';
import { DirectoryService } from './directory.service.js';
import { ClaimsResolver } from './invitations/claims.resolver.js';
import { ClaimsService } from './invitations/claims.service.js';
import { CompletionService } from './invitations/completion.service.js';
import { InvitationEntity } from './invitations/invitation.entity.js';
import { InvitationsResolver } from './invitations/invitations.resolver.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { Loaders } from './loaders.js';
import { Founding } from './ministry/founding.js';
import { FoundingToken } from './ministry/foundingToken.js';
import { FoundingTokenEntity, MinistryEntity } from './ministry/ministry.entity.js';
import { MinistryResolver } from './ministry/ministry.resolver.js';
import { MinistryService } from './ministry/ministry.service.js';
import { MeResolver } from './people/me.resolver.js';
import { PeopleResolver } from './people/people.resolver.js';
import { PeopleService } from './people/people.service.js';
import { ClearanceEntity, DeviceEntity, PersonEntity, PersonRoleEntity } from './people/person.entity.js';
import { RolesService } from './people/roles.service.js';
import { PostEntity } from './posts/post.entity.js';
import { PostsResolver } from './posts/posts.resolver.js';
import { PostsService } from './posts/posts.service.js';
import { Announcer } from './statements/announcer.js';
import { StatementEntity } from './statements/statement.entity.js';
import { StatementLog } from './statements/statementLog.js';
import { StatementsResolver } from './statements/statements.resolver.js';
import { StatementsService } from './statements/statements.service.js';

const ENTITIES = [
  MinistryEntity,
  FoundingTokenEntity,
  PostEntity,
  StatementEntity,
  PersonEntity,
  DeviceEntity,
  ClearanceEntity,
  PersonRoleEntity,
  InvitationEntity,
];

const SERVICES = [
  MinistryService,
  FoundingToken,
  Founding,
  PostsService,
  PeopleService,
  RolesService,
  StatementLog,
  StatementsService,
  Announcer,
  InvitationsService,
  ClaimsService,
  CompletionService,
  Loaders,
];

const RESOLVERS = [
  MinistryResolver,
  PostsResolver,
  PeopleResolver,
  MeResolver,
  StatementsResolver,
  InvitationsResolver,
  ClaimsResolver,
];

/** People, posts, devices and the log of signed statements: MLS's Authentication Service (RFC 9750 section 3.2). */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature(ENTITIES)],
  providers: [...SERVICES, ...RESOLVERS, DirectoryService, { provide: DeviceDirectory, useExisting: DirectoryService }],
  exports: [DirectoryService, DeviceDirectory, FoundingToken],
})
export class DirectoryModule {}
