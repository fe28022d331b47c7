import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import type { Caller } from '../../access/index.js';
import { badInput } from '../input.js';
import { Policies } from '../ministry/policies.js';
import { Announcer } from '../statements/announcer.js';
import { parse } from '../statements/parse.js';
import { StatementLog } from '../statements/statementLog.js';
import { invalid } from '../statements/verifyNext.js';
import type { ApprovePairingInput, PairingOffer } from './pairing.model.js';
import { PairingService } from './pairing.service.js';

const MAX_SEALED_BYTES = 512 * 1024;

/** Enters a new device that another of the same person has approved. */
@Injectable()
export class PairingApproval {
  constructor(
    private readonly source: DataSource,
    private readonly policies: Policies,
    private readonly log: StatementLog,
    private readonly announcer: Announcer,
    private readonly pairings: PairingService,
  ) {}

  /** Both or neither; the same again changes nothing. Throws PAIRING_INVALID, STATEMENT_INVALID, BAD_INPUT. */
  async approve({ id, addDevice, sealed }: ApprovePairingInput, caller: Caller): Promise<PairingOffer> {
    if (sealed.length === 0 || sealed.length > MAX_SEALED_BYTES) throw badInput('input.sealed', 'is too large');
    requireOwnDevice(addDevice, caller);
    const { policy } = await this.policies.inForce();
    const { offer, fresh } = await this.source.transaction(async (manager) => {
      const approved = await this.pairings.approve(id, sealed, caller, manager);
      const appended = await this.log.append(manager, [addDevice], policy, 'input.addDevice');
      return { offer: approved, fresh: appended.fresh };
    });
    await this.announcer.announce(fresh);
    return offer;
  }
}

function requireOwnDevice(payload: Uint8Array, { personId }: Caller): void {
  const { body } = parse(payload, 'input.addDevice');
  if (body.type === 'addDevice' && body.person === personId) return;
  throw invalid('input.addDevice', "adds no device of the caller's");
}
