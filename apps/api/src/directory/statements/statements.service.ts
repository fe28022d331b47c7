import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import type { Directory, Signer, StatementBody, UnverifiedStatement } from '#transparency';

import type { Caller } from '../../access/index.js';
import { AppConfig } from '../../config/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Policies } from '../ministry/policies.js';
import { Announcer } from './announcer.js';
import { requireTwoForMany } from './loneRevocations.js';
import { requireSeasoned } from './newOfficers.js';
import { parse, placeOf } from './parse.js';
import { StatementLog } from './statementLog.js';
import { invalid } from './verifyNext.js';

/** Most statements of one request. */
const MAX_STATEMENTS = 100;
const MINUTE_MS = 60_000;

/** What people publish by themselves; the others belong to the founding and to an enrolment. */
const PUBLISHABLE: ReadonlySet<StatementBody['type']> = new Set([
  'appoint',
  'assign',
  'auditHead',
  'campaign',
  'clear',
  'addDevice',
  'endCampaign',
  'release',
  'revokeDevice',
  'revokePerson',
  'revokePost',
  'rotateIdentity',
  'serverKey',
]);

/** Takes in what people have signed. */
@Injectable()
export class StatementsService {
  constructor(
    private readonly source: DataSource,
    private readonly log: StatementLog,
    private readonly policies: Policies,
    private readonly announcer: Announcer,
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Records the caller's statements, all or none; one that was recorded before keeps its place. Whether the signer may say
   * so is a matter of the powers that the statements themselves give, not of roles. Throws BAD_INPUT, STATEMENT_INVALID, FORBIDDEN,
   * APPROVAL_NEEDED, OFFICER_TOO_NEW, CONFLICT.
   */
  async publish(payloads: readonly Uint8Array[], caller: Caller): Promise<number[]> {
    if (payloads.length === 0 || payloads.length > MAX_STATEMENTS) {
      throw new Refusal('BAD_INPUT', `statements: from 1 to ${String(MAX_STATEMENTS)}`, { field: 'statements' });
    }
    const { policy } = await this.policies.inForce();
    const directory = await this.log.state();
    for (const [index, payload] of payloads.entries()) {
      requirePublishable(parse(payload, placeOf(index)), placeOf(index), caller, directory);
    }
    const now = this.clock.now();
    const since = new Date(now.getTime() - this.config.twoOfficersMinutes * MINUTE_MS);
    const season = { now, minutes: this.config.newOfficerMinutes };
    const { seqs, fresh } = await this.source.transaction(async (manager) => {
      const appended = await this.log.append(manager, payloads, policy);
      await requireTwoForMany(appended.fresh, since, directory, manager);
      await requireSeasoned(appended.fresh, season, directory, manager);
      return appended;
    });
    await this.announcer.announce(fresh);
    return [...seqs];
  }
}

function requirePublishable(
  { body, signer, second }: UnverifiedStatement,
  field: string,
  caller: Caller,
  directory: Directory,
): void {
  if (!PUBLISHABLE.has(body.type)) throw invalid(field, `a statement ${body.type} is not published by itself`);
  if (body.type === 'revokePost' && !second) {
    throw new Refusal('APPROVAL_NEEDED', 'to revoke the devices of a post takes two officers', { field });
  }
  requireOwn(signer, caller, directory);
}

/** Throws FORBIDDEN unless the caller is the signer; what the root key has signed is handed in by those who decide on trust. */
export function requireOwn(signer: Signer, caller: Caller, directory: Directory): void {
  if (signer.kind === 'root') {
    if (caller.permissions.has('directory.statements')) return;
    throw new Refusal('FORBIDDEN', 'this needs the permission directory.statements');
  }
  const person = signer.kind === 'person' ? signer.id : directory.device(signer.id)?.person;
  if (person !== caller.personId) throw new Refusal('FORBIDDEN', 'only the signer hands a statement in');
}
