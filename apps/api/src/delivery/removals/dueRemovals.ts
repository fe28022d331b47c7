import { Injectable } from '@nestjs/common';

import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { Labels } from '../labels.js';
import { Sql } from '../sql.js';
import type { Run, Statement } from '../sql.js';

/** Any fixed number; lets one instance at a time look through the directory. */
const LOOK_LOCK = 4_460_020;

const LOCK: Statement = { name: 'lock removals', text: 'SELECT pg_try_advisory_xact_lock($1) AS locked' };
const CURSOR: Statement = { name: 'removal cursor', text: 'SELECT statement_seq, looked_at FROM removal_cursor' };
const MOVE: Statement = {
  name: 'move removal cursor',
  text: 'UPDATE removal_cursor SET statement_seq = $1, looked_at = $2',
};
const STAYS: Statement = {
  name: 'stays to judge',
  text: `
    SELECT m.group_id, m.device_id, g.label FROM group_member m JOIN mls_group g ON g.id = m.group_id
    WHERE m.device_id = ANY ($1::text[]) AND m.left_seq IS NULL`,
};
/** In the order in which appends lock them, so that nobody waits in a circle. */
const LOCK_GROUPS: Statement = {
  name: 'lock groups',
  text: 'SELECT 1 FROM mls_group WHERE id = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE',
};
/** Who has left meanwhile is not due any more: the groups are locked, so this sees what was committed before. */
const ENTER: Statement = {
  name: 'enter removals',
  text: `
    INSERT INTO group_removal (group_id, device_id)
    SELECT m.group_id, m.device_id FROM unnest($1::text[], $2::text[]) AS due(group_id, device_id)
    JOIN group_member m USING (group_id, device_id) WHERE m.left_seq IS NULL
    ON CONFLICT DO NOTHING`,
};
const WITHDRAW: Statement = {
  name: 'withdraw removals',
  text: `
    DELETE FROM group_removal r USING unnest($1::text[], $2::text[]) AS sound(group_id, device_id)
    WHERE r.group_id = sound.group_id AND r.device_id = sound.device_id`,
};
const COUNT: Statement = {
  name: 'count removals',
  text: `
    UPDATE mls_group g SET removals_due = (SELECT count(*) FROM group_removal r WHERE r.group_id = g.id)
    WHERE g.id = ANY ($1::text[])`,
};

/** A device in a group. */
interface Stay {
  readonly group_id: string;
  readonly device_id: string;
  readonly label: string;
}

/**
 * Finds out who has to leave which groups, by the directory: devices that are revoked, people who are not cleared any more, and
 * devices that have let the deadline of a campaign pass.
 */
@Injectable()
export class DueRemovals {
  constructor(
    private readonly sql: Sql,
    private readonly directory: DirectoryService,
    private readonly labels: Labels,
    private readonly campaigns: CampaignsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks at what the directory has taken from people since the last look, and closes the groups concerned to everything
   * but the commits that remove them. False when another instance is at it.
   */
  look(): Promise<boolean> {
    return this.sql.transaction(async (run) => {
      const [lock] = await run<{ locked: boolean }>(LOCK, [LOOK_LOCK]);
      if (!lock?.locked) return false;
      const [cursor] = await run<{ statement_seq: number; looked_at: Date }>(CURSOR, []);
      if (!cursor) throw new Error('the cursor of removals has a row');
      const directory = await this.directory.state();
      const now = this.clock.now();
      const { devices, people } = directory.takenAfter(cursor.statement_seq, cursor.looked_at, now);
      const concerned = people.flatMap((person) => directory.devicesOf(person));
      const late = await this.campaigns.late(now, run);
      const stays = await this.#stays(run, new Set([...devices, ...concerned].map(({ id }) => id)));
      await this.#judge(run, [...stays, ...late], new Set(late.map(nameOf)));
      await run(MOVE, [directory.head, now]);
      return true;
    });
  }

  async #stays(run: Run, devices: ReadonlySet<string>): Promise<Stay[]> {
    return devices.size === 0 ? [] : run<Stay>(STAYS, [[...devices]]);
  }

  async #judge(run: Run, stays: readonly Stay[], late: ReadonlySet<string>): Promise<void> {
    if (stays.length === 0) return;
    const groups = [...new Set(stays.map(({ group_id }) => group_id))];
    const judged = await Promise.all(
      stays.map(async (stay) => ({ stay, isSound: !late.has(nameOf(stay)) && (await this.#isSound(stay)) })),
    );
    await run(LOCK_GROUPS, [groups]);
    await run(ENTER, columnsOf(judged.filter(({ isSound }) => !isSound).map(({ stay }) => stay)));
    await run(WITHDRAW, columnsOf(judged.filter(({ isSound }) => isSound).map(({ stay }) => stay)));
    await run(COUNT, [groups]);
  }

  /** Whether the directory would let the device into the group today. */
  async #isSound({ device_id, label }: Stay): Promise<boolean> {
    const directory = await this.directory.state();
    const device = directory.device(device_id);
    if (!device || device.revoked) return false;
    // a label without a meaning closes the conversation to everybody, members or not: nobody has to leave it for that
    if (!(await this.labels.isKnown(label))) return true;
    return this.labels.mayRead(directory.clearanceOf(device.person, this.clock.now()), label);
  }
}

const nameOf = ({ group_id, device_id }: Stay): string => `${group_id} ${device_id}`;

function columnsOf(stays: readonly Stay[]): [string[], string[]] {
  return [stays.map(({ group_id }) => group_id), stays.map(({ device_id }) => device_id)];
}
