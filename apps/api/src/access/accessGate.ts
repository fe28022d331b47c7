import { Injectable } from '@nestjs/common';
import type { GraphQLFieldResolver, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { defaultFieldResolver } from 'graphql';

import { absenceOf } from '../platform/databaseAbsence.js';
import { Gate } from '../platform/graphql/index.js';
import type { AdmittedSocket, Credentials } from '../platform/graphql/index.js';
import { Log } from '../platform/log/log.js';
import { Refusal } from '../platform/refusal.js';
import type { AccessContext } from './accessContext.js';
import { AuditTrail } from './audit/index.js';
import { Callers } from './callers.js';
import { RateLimits } from './rateLimits.js';
import { Refusals } from './refusals.js';
import { RuleTable } from './ruleTable.js';
import type { FieldName } from './ruleTable.js';
import type { Caller, Rule } from './rules.js';
import { SignedActs } from './signedActs.js';
import { SocketRegistry } from './socketRegistry.js';

type Resolver = GraphQLFieldResolver<unknown, AccessContext>;

/** The door: finds out who asks, and lets a field be resolved only when its rule allows it. */
@Injectable()
export class AccessGate extends Gate {
  constructor(
    private readonly callers: Callers,
    private readonly limits: RateLimits,
    private readonly sockets: SocketRegistry,
    private readonly rules: RuleTable,
    private readonly acts: SignedActs,
    private readonly audit: AuditTrail,
    private readonly refusals: Refusals,
    private readonly log: Log,
  ) {
    super();
  }

  async contextFor({ authorization, ...known }: Credentials): Promise<AccessContext> {
    if (authorization === undefined) return known;
    try {
      return { ...known, caller: await this.#resolve(authorization, known.address) };
    } catch (error) {
      return { ...known, refusal: this.#refusalOf(error, known.requestId) };
    }
  }

  async admit({ requestId, address, authorization }: Credentials, socket: AdmittedSocket): Promise<AccessContext> {
    try {
      const caller = await this.#resolve(authorization, address);
      this.sockets.add(socket, caller);
      return { requestId, address, caller };
    } catch (error) {
      await this.refusals.note(error, 'connect');
      throw error;
    }
  }

  protect(schema: GraphQLSchema): GraphQLSchema {
    for (const [name, rule] of this.rules.rulesFor(schema)) this.#protectField(schema, name, rule);
    return schema;
  }

  #protectField(schema: GraphQLSchema, name: FieldName, rule: Rule): void {
    const [typeName = '', fieldName = ''] = name.split('.');
    const type = schema.getType(typeName) as GraphQLObjectType | undefined;
    const field = type?.getFields()[fieldName];
    if (!field) return;
    const resolve = (field.resolve ?? defaultFieldResolver) as Resolver;
    if (type === schema.getSubscriptionType()) field.subscribe = this.#counted(rule, field.subscribe ?? resolve);
    else if (type === schema.getQueryType() || type === schema.getMutationType())
      field.resolve = this.#counted(rule, resolve);
    else field.resolve = ruled(rule, resolve);
  }

  /** A root field: its rule, and how often. */
  #counted(rule: Rule, resolve: Resolver): Resolver {
    return async (source, args, context, info) => {
      try {
        const deviceId = requireRule(rule, context);
        await (deviceId === undefined ? this.limits.countAddress(context.address) : this.limits.countDevice(deviceId));
        return await this.#act(resolve, source, args, context, info);
      } catch (error) {
        await this.refusals.note(error, info.fieldName, context);
        throw error;
      }
    };
  }

  /** Administrative operations are signed, and stand in the audit trail when they are done. */
  async #act(...[resolve, source, args, context, info]: [Resolver, ...Parameters<Resolver>]): Promise<unknown> {
    const { fieldName: operation } = info;
    if (!context.caller || !this.acts.isAdministrative(operation)) {
      return thrown(await resolve(source, args, context, info));
    }
    const act = await this.acts.require(context.signedRequest, operation, context.caller);
    const caller = { ...context.caller, act };
    const result = thrown(await resolve(source, args, { ...context, caller }, info));
    if (!act.isRecorded) await this.audit.recordAct(caller, operation, []);
    return result;
  }

  /** Attempts with bad tokens count against their address, so that nobody tries many. */
  async #resolve(authorization: string | undefined, address: string): Promise<Caller> {
    try {
      return await this.callers.resolve(authorization);
    } catch (error) {
      if (error instanceof Refusal) await this.limits.countAddress(address);
      throw error;
    }
  }

  #refusalOf(error: unknown, requestId: string): Refusal {
    if (error instanceof Refusal) return error;
    this.log.error('access.failed', error, { requestId });
    return absenceOf(error) ?? new Refusal('INTERNAL', 'something went wrong on the server');
  }
}

/** Resolvers give their errors back as results, since a filter of Nest catches them. */
function thrown(result: unknown): unknown {
  if (result instanceof Error) throw result;
  return result;
}

/** A field below a root: its rule only. */
function ruled(rule: Rule, resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    requireRule(rule, context);
    return resolve(source, args, context, info);
  };
}

/** Returns the device to count the request for, none for what is public. Throws UNAUTHENTICATED, FORBIDDEN and the like. */
export function requireRule(rule: Rule, context: AccessContext): string | undefined {
  if (rule.kind === 'public') return undefined;
  const { caller } = context;
  if (!caller) throw context.refusal ?? new Refusal('UNAUTHENTICATED', 'this needs a session');
  if (rule.kind === 'permission' && !caller.permissions.has(rule.permission)) {
    throw new Refusal('FORBIDDEN', `this needs the permission ${rule.permission}`);
  }
  return caller.deviceId;
}
