import { Injectable } from '@nestjs/common';

import { AppConfig } from '../../config/index.js';
import { Refusal } from '../../platform/refusal.js';
import { quotaStatements } from '../../platform/transfers/index.js';
import type { Run } from '../sql.js';

const MIB = 1024 * 1024;
const ALL = 'all';

const { take: TAKE, giveBack: GIVE_BACK } = quotaStatements('attachment_usage');

/** How much a person, and everybody together, may have on the server. Counts ciphertext, from the moment it is announced. */
@Injectable()
export class AttachmentQuota {
  readonly #perPerson: number;
  readonly #inAll: number;

  constructor({ limits }: AppConfig) {
    this.#perPerson = limits.attachmentMibPerPerson * MIB;
    this.#inAll = limits.attachmentMib * MIB;
  }

  /** Within the caller's transaction, which fails with QUOTA_EXCEEDED. */
  async take(run: Run, personId: string, bytes: number): Promise<void> {
    await this.#take(run, personId, bytes, this.#perPerson, 'your attachments take all the room that you have');
    await this.#take(run, ALL, bytes, this.#inAll, 'the server has no more room for attachments');
  }

  async giveBack(run: Run, personId: string, bytes: number): Promise<void> {
    await run(GIVE_BACK, [personId, bytes]);
    await run(GIVE_BACK, [ALL, bytes]);
  }

  async #take(run: Run, scope: string, bytes: number, limit: number, reason: string): Promise<void> {
    const taken = await run(TAKE, [scope, bytes, limit]);
    if (taken.length > 0) return;
    throw new Refusal('QUOTA_EXCEEDED', `${reason} (${String(Math.floor(limit / MIB))} MiB)`, { field: 'size' });
  }
}
