import { Injectable } from '@nestjs/common';

import { AppConfig } from '../../config/index.js';
import { Refusal } from '../../platform/refusal.js';
import type { Run, Statement } from '../sql.js';

const MIB = 1024 * 1024;
const ALL = 'all';

/** One row a scope, so that two who ask at once cannot both have the last of it. */
const TAKE: Statement = {
  name: 'take attachment quota',
  text: `
    INSERT INTO attachment_usage AS u (scope, bytes) SELECT $1, $2::bigint WHERE $2::bigint <= $3::bigint
    ON CONFLICT (scope) DO UPDATE SET bytes = u.bytes + EXCLUDED.bytes WHERE u.bytes + EXCLUDED.bytes <= $3::bigint
    RETURNING 1`,
};
const GIVE_BACK: Statement = {
  name: 'give back attachment quota',
  text: 'UPDATE attachment_usage SET bytes = bytes - $2::bigint WHERE scope = $1',
};

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
