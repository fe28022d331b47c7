import { Injectable } from '@nestjs/common';

import { isSuccessorId } from '#contracts';

import { Refusal } from '../../platform/refusal.js';
import type { MlsPlace } from '../envelopes/envelopeCheck.js';
import { Remembered } from '../remembered.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';

const MAX_GENERATIONS = 20_000;

const BASE: Statement = {
  name: 'base of generation',
  text: 'SELECT epoch_base FROM group_generation WHERE mls_id = $1',
};

/**
 * The MLS groups that a conversation has had, one after the other: each but the first took the place of the one before by a ReInit
 * (RFC 9420 section 11.2). A conversation counts its epochs through all of them; `group_generation` says how many came before each.
 */
@Injectable()
export class Generations {
  /** Rows never change. */
  readonly #bases = new Remembered<string, number>(MAX_GENERATIONS);

  constructor(private readonly sql: Sql) {}

  /** The conversation's epoch. Throws ENVELOPE_INVALID for a group that no ReInit has announced. */
  async epochOf({ mlsGroupId, epoch }: MlsPlace): Promise<number> {
    if (!isSuccessorId(mlsGroupId)) return epoch;
    const id = Buffer.from(mlsGroupId).toString('hex');
    const base = this.#bases.get(id) ?? (await this.find(id));
    if (base === undefined) {
      throw new Refusal('ENVELOPE_INVALID', 'the envelope belongs to another conversation', { field: 'payload' });
    }
    this.#bases.set(id, base);
    return base + epoch;
  }

  /** How many epochs a conversation had before this group; undefined for a group that there never was. */
  async find(mlsGroupId: string): Promise<number | undefined> {
    const [row] = await this.sql.run<{ epoch_base: number }>(BASE, [mlsGroupId]);
    return row?.epoch_base;
  }
}
