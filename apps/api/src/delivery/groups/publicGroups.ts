import { Injectable } from '@nestjs/common';

import { PublicGroup } from '#mls/wire';

import { Remembered } from '../remembered.js';
import { Sql } from '../sql.js';
import type { Run, Statement } from '../sql.js';

const MAX_GROUPS = 200;

const STATE: Statement = {
  name: 'public state',
  text: 'SELECT epoch, revision, state FROM mls_group_state WHERE group_id = $1',
};

interface Kept {
  readonly epoch: number;
  readonly revision: number;
  readonly group: PublicGroup;
}

/** The public groups that this instance worked with last, each in exactly one state: epoch and accepted proposals. */
@Injectable()
export class PublicGroups {
  readonly #kept = new Remembered<string, Kept>(MAX_GROUPS);

  constructor(private readonly sql: Sql) {}

  /**
   * Undefined when the group is in another state by now. Who changes it calls `keep` afterwards, or `forget`. Who holds
   * a connection already passes its `run`.
   */
  async at(groupId: string, epoch: number, revision: number, run: Run = this.sql.run) {
    const kept = this.#kept.get(groupId);
    if (kept?.epoch === epoch && kept.revision === revision) return kept.group;
    const [row] = await run<{ epoch: number; revision: number; state: Buffer }>(STATE, [groupId]);
    if (row?.epoch !== epoch || row.revision !== revision) return undefined;
    const group = PublicGroup.restore(row.state);
    this.keep(groupId, epoch, revision, group);
    return group;
  }

  keep(groupId: string, epoch: number, revision: number, group: PublicGroup): void {
    this.#kept.set(groupId, { epoch, revision, group });
  }

  forget(groupId: string): void {
    this.#kept.delete(groupId);
  }
}
