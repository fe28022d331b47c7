import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { CampaignView } from '#client';

import { startEmbedded } from '../../../apps/api/src/platform/database/index.js';
import { labelAt, startMinistry } from '../../support/clients.js';
import type { ClientMinistry } from '../../support/clients.js';
import { sql } from '../../support/ministry.js';
import { reportFigures, timed } from '../figures.js';
import { round } from '../table.js';
import { measureFloor } from './floor.js';

const FULL = { groups: 200, members: 25 };
const QUICK = { groups: 20, members: 10 };
const DAY_MS = 86_400_000;
const MOST_ROUNDS = 10;

type Size = typeof FULL;

interface Figures extends Size {
  readonly createSeconds: number;
  /** From the officer's statement until every device has changed its keys in every group and taken everybody else's changes. */
  readonly campaignSeconds: number;
  readonly perGroupMs: number;
  /** The same for each change of keys, with its being taken by all other members. */
  readonly perCommitMs: number;
  /** What a commit and its being taken by all others cost in `#mls` alone. */
  readonly floorPerCommitMs: number;
  readonly timesTheFloor: number;
  /** How often all clients asked the server in turn. */
  readonly rounds: number;
  /** What the campaign left on the server. */
  readonly rows: number;
  readonly rowsPerCommit: number;
  readonly mebibytes: number;
  readonly bytesPerCommit: number;
}

/**
 * Every device of a ministry changes its keys in every conversation. Server, PostgreSQL with default durability and all clients, each with a
 * vault of its own, share one machine, server and clients one thread: the figures are the work of all of them together.
 */
export async function run(args: readonly string[]): Promise<void> {
  const size = args.includes('--quick') ? QUICK : FULL;
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  await chmod(folder, 0o711);
  const postgres = await startEmbedded({ dataFolder: folder });
  try {
    const people = Array.from({ length: size.members }, (_, i) => ({ name: `Member ${String(i + 1)}` }));
    const ministry = await startMinistry(people, { environment: { DATABASE_URL: postgres.url() } });
    try {
      reportFigures(
        'A campaign changes the keys of all devices',
        await measure(ministry, size),
        args.includes('--json'),
      );
    } finally {
      await ministry.stop();
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(ministry: ClientMinistry, size: Size): Promise<Figures> {
  const { commitMs, processMs } = await measureFloor(size.members);
  const [createSeconds] = await timed(() => converse(ministry, size.groups));
  const before = await stored(ministry);
  const [campaignSeconds, { rounds }] = await timed(() => campaign(ministry, size));
  const after = await stored(ministry);
  const [rows, bytes] = [after.rows - before.rows, after.bytes - before.bytes];
  const commits = size.groups * size.members;
  const perCommitMs = (campaignSeconds * 1000) / commits;
  const floorPerCommitMs = commitMs + processMs * (size.members - 1);
  return {
    ...size,
    createSeconds,
    campaignSeconds,
    perGroupMs: round((campaignSeconds * 1000) / size.groups),
    perCommitMs: round(perCommitMs),
    floorPerCommitMs: round(floorPerCommitMs),
    timesTheFloor: round(perCommitMs / floorPerCommitMs, 2),
    rounds,
    rows,
    rowsPerCommit: round(rows / commits, 2),
    mebibytes: round(bytes / 2 ** 20),
    bytesPerCommit: Math.round(bytes / commits),
  };
}

/** Everybody is in every conversation; each of them begins as many. */
async function converse({ staff }: ClientMinistry, groups: number): Promise<void> {
  await catchUpInTurn(staff);
  for (let i = 0; i < groups; i++) {
    const founder = staff[i % staff.length];
    if (!founder) throw new Error('nobody works here');
    const personIds = staff.filter((other) => other !== founder).map(({ personId }) => personId);
    await founder.client.createConversation({ name: `Matter ${String(i + 1)}`, label: labelAt('SECRET'), personIds });
    // KeyPackages are used once: everybody leaves new ones before theirs run out
    if (i % 10 === 9) await catchUpInTurn(staff);
  }
  await catchUpInTurn(staff);
}

/** Until the server says that every device has changed its keys everywhere, and everybody stands at the newest epoch. */
async function campaign({ officer, staff }: ClientMinistry, size: Size): Promise<{ rounds: number }> {
  const { campaigns } = officer.client;
  const { id } = await campaigns.start({ deadline: new Date(Date.now() + DAY_MS).toISOString() });
  for (let rounds = 1; rounds <= MOST_ROUNDS; rounds++) {
    await catchUpInTurn(staff);
    const view = await campaigns.one(id);
    if (isOver(view, size)) {
      await catchUpInTurn(staff);
      return { rounds: rounds + 1 };
    }
  }
  throw new Error(`the campaign is not over after ${String(MOST_ROUNDS)} rounds`);
}

function isOver({ groups, groupsDone, membersDone }: CampaignView, size: Size): boolean {
  if (groups !== size.groups) throw new Error(`the campaign covers ${String(groups)} groups`);
  return groupsDone === groups && membersDone === size.groups * size.members;
}

async function catchUpInTurn(staff: ClientMinistry['staff']): Promise<void> {
  for (const { client } of staff) await client.catchUp();
}

async function stored({ server }: ClientMinistry): Promise<{ rows: number; bytes: number }> {
  const [row] = await sql<{ rows: number; bytes: number }>(
    server,
    'SELECT count(*)::int AS rows, coalesce(sum(octet_length(payload)), 0)::float8 AS bytes FROM envelope',
  );
  if (!row) throw new Error('a count has one row');
  return row;
}
