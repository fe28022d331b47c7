import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { Gate, credentialsOf } from '../platform/graphql/index.js';
import { Refusal } from '../platform/refusal.js';
import type { AccessContext } from './accessContext.js';
import { requireRule } from './accessGate.js';
import { RateLimits } from './rateLimits.js';
import { Refusals } from './refusals.js';
import type { Caller, Permission } from './rules.js';

/** Who asks by plain HTTP, for what does not fit into GraphQL: the same sessions, permissions and limits. */
@Injectable()
export class HttpCallers {
  constructor(
    private readonly gate: Gate,
    private readonly limits: RateLimits,
    private readonly refusals: Refusals,
  ) {}

  /** Throws UNAUTHENTICATED, SESSION_EXPIRED, DEVICE_REVOKED, FORBIDDEN, RATE_LIMITED. */
  async require(request: FastifyRequest, permission: Permission): Promise<Caller> {
    const context: AccessContext = await this.gate.contextFor(credentialsOf(request));
    try {
      requireRule({ kind: 'permission', permission }, context);
      const { caller } = context;
      if (!caller) throw new Refusal('UNAUTHENTICATED', 'this needs a session');
      await this.limits.countDevice(caller.deviceId);
      return caller;
    } catch (error) {
      await this.refusals.note(error, 'http', context);
      throw error;
    }
  }
}
