import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { AppConfig } from '../../config/index.js';
import { Refusal } from '../../platform/refusal.js';
import { quotaStatements } from '../../platform/transfers/index.js';

const MIB = 1024 * 1024;
const ALL = 'all';

const QUOTA = quotaStatements('original_usage');

/** How much room the files of papers may take, from the moment that they are announced. */
@Injectable()
export class OriginalQuota {
  readonly #perPerson: number;
  readonly #inAll: number;

  constructor({ limits }: AppConfig) {
    this.#perPerson = limits.originalMibPerPerson * MIB;
    this.#inAll = limits.originalMib * MIB;
  }

  /** Within the caller's transaction, which fails with QUOTA_EXCEEDED. */
  async take(transaction: EntityManager, personId: string, bytes: number): Promise<void> {
    await this.#take(transaction, personId, bytes, this.#perPerson, 'the files that you filed take all your room');
    await this.#take(transaction, ALL, bytes, this.#inAll, 'the server has no more room for files');
  }

  async giveBack(transaction: EntityManager, personId: string, bytes: number): Promise<void> {
    for (const scope of [personId, ALL]) await transaction.query(QUOTA.giveBack.text, [scope, bytes]);
  }

  async #take(transaction: EntityManager, scope: string, bytes: number, limit: number, reason: string): Promise<void> {
    const taken = await transaction.query<unknown[]>(QUOTA.take.text, [scope, bytes, limit]);
    if (taken.length > 0) return;
    throw new Refusal('QUOTA_EXCEEDED', `${reason} (${String(Math.floor(limit / MIB))} MiB)`, { field: 'size' });
  }
}
