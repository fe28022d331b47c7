import { SetMetadata, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';

import type { Clearance } from '#policy';
import type { AuditSigned } from '#transparency';

/** What a caller may ask for; roles are named sets of these (see roles.ts). */
export type Permission =
  | 'directory.read'
  | 'directory.enrol'
  | 'directory.statements'
  | 'directory.posts'
  | 'directory.roles'
  | 'audit.read'
  | 'delivery.use'
  | 'delivery.campaigns'
  | 'upkeep.read'
  | 'upkeep.repair'
  | 'knowledge.read'
  | 'knowledge.write'
  | 'knowledge.manage';

/** An administrative act whose signature has been verified. */
export interface VerifiedAct {
  readonly signed: AuditSigned;
  /** Whether the audit trail has it already, by the transaction of the act. */
  isRecorded: boolean;
}

/** Who is asking: a device with an open session, and the person it belongs to. */
export interface Caller {
  readonly sessionId: string;
  readonly deviceId: string;
  readonly personId: string;
  readonly postId: string;
  readonly roles: readonly string[];
  readonly permissions: ReadonlySet<Permission>;
  /** Undefined when the person holds none, or it has expired. */
  readonly clearance: Clearance | undefined;
  readonly sessionExpiresAt: Date;
  /** Of administrative operations: what the device has signed. */
  readonly act?: VerifiedAct;
}

export type Rule = { kind: 'public' } | { kind: 'authenticated' } | { kind: 'permission'; permission: Permission };

export const RULE_KEY = 'chancery:rule';

/** Anyone may ask, without a session. */
export const Public = (): MethodDecorator => SetMetadata(RULE_KEY, { kind: 'public' } satisfies Rule);
/** Any device with an open session may ask. */
export const Authenticated = (): MethodDecorator => SetMetadata(RULE_KEY, { kind: 'authenticated' } satisfies Rule);
/** Only callers who hold the permission may ask. */
export const Requires = (permission: Permission): MethodDecorator =>
  SetMetadata(RULE_KEY, { kind: 'permission', permission } satisfies Rule);

interface CallerContext {
  caller?: Caller;
}

/** Injects the caller; only in resolvers whose rule is not `Public`. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = GqlExecutionContext.create(context).getContext<CallerContext>();
  if (!caller) throw new Error('a resolver that asks for the caller has to be ruled by Authenticated or Requires');
  return caller;
});
