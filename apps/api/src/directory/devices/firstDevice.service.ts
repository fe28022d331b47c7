import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { equalBytes } from '#primitives/verify';
import type { AddDevice, Directory } from '#transparency';

import { Refusal } from '../../platform/refusal.js';
import { Policies } from '../ministry/policies.js';
import { Announcer } from '../statements/announcer.js';
import { parse } from '../statements/parse.js';
import { StatementLog } from '../statements/statementLog.js';
import { invalid } from '../statements/verifyNext.js';

/**
 * The first device under an identity key that two officers have put in force. All devices of the person are revoked then, so that none of them
 * can hand the statement in; who signs with the new key has shown that they are meant.
 */
@Injectable()
export class FirstDevice {
  constructor(
    private readonly source: DataSource,
    private readonly log: StatementLog,
    private readonly policies: Policies,
    private readonly announcer: Announcer,
  ) {}

  /** The same again changes nothing. Throws UNAUTHENTICATED before the officers' act, and after the first device; STATEMENT_INVALID. */
  async enter(payload: Uint8Array): Promise<boolean> {
    const { body } = parse(payload, 'addDevice');
    if (body.type !== 'addDevice') throw invalid('addDevice', 'is no statement addDevice');
    requireFirst(body, await this.log.state());
    const { policy } = await this.policies.inForce();
    const { fresh } = await this.source.transaction((manager) =>
      this.log.append(manager, [payload], policy, 'addDevice'),
    );
    await this.announcer.announce(fresh);
    return true;
  }
}

function requireFirst({ person: personId, device: id, signatureKey }: AddDevice, directory: Directory): void {
  const renewed = directory.person(personId)?.renewed;
  const since = directory.devicesOf(personId).filter(({ seq }) => seq > (renewed?.seq ?? 0));
  const isFirst = renewed?.byOfficers === true && since.length === 0;
  const isSame = since.some((known) => known.id === id && equalBytes(known.signatureKey, signatureKey));
  if (isFirst || isSame) return;
  throw new Refusal('UNAUTHENTICATED', 'no two officers have given this person a new identity key for a first device');
}
