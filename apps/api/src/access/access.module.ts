import { Global, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';

import { ready } from '#primitives/verify';

import { Gate } from '../platform/graphql/index.js';
import { AccessResolver } from './access.resolver.js';
import { AccessChanges } from './accessChanges.js';
import { AccessGate } from './accessGate.js';
import { AuditEntryEntity, AuditResolver, AuditTrail, RepeatedNotes } from './audit/index.js';
import { Callers } from './callers.js';
import { ChallengeEntity } from './challenge.entity.js';
import { HttpCallers } from './httpCallers.js';
import { RateLimits } from './rateLimits.js';
import { Refusals } from './refusals.js';
import { RuleTable } from './ruleTable.js';
import { SessionEntity } from './session.entity.js';
import { Sessions } from './sessions.js';
import { SignedActs } from './signedActs.js';
import { SocketRegistry } from './socketRegistry.js';

/** Sessions, roles, permissions and the rule of every field. Needs a global provider of `DeviceDirectory`. */
@Global()
@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([AuditEntryEntity, ChallengeEntity, SessionEntity])],
  providers: [
    AccessChanges,
    AccessResolver,
    AuditResolver,
    AuditTrail,
    Callers,
    HttpCallers,
    RateLimits,
    Refusals,
    RepeatedNotes,
    RuleTable,
    Sessions,
    SignedActs,
    SocketRegistry,
    { provide: Gate, useClass: AccessGate },
  ],
  exports: [AccessChanges, AuditTrail, Gate, HttpCallers],
})
export class AccessModule implements OnModuleInit {
  /** Signatures are verified by WebAssembly, which is loaded once. */
  async onModuleInit(): Promise<void> {
    await ready();
  }
}
