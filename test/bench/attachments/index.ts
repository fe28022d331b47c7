import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbedded } from '../../../apps/api/src/platform/database/index.js';
import { startObjectStore } from '../../support/objectStore.js';
import { table } from '../table.js';
import { measureTransfers } from './measure.js';
import type { TransferFigures } from './measure.js';

const SIZES_MIB = [64, 2048];
const QUICK_SIZES_MIB = [16, 256];
const SIDES = ['server', 'sender', 'receiver'] as const;
type Side = (typeof SIDES)[number];

/** Files of 64 MiB and of 2 GiB, the longest; `--quick` takes 16 and 256 MiB, `--s3` keeps blobs in s3rver, a test double. */
export async function run(args: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  await chmod(folder, 0o711);
  const postgres = await startEmbedded({ dataFolder: folder });
  const store = args.includes('--s3') ? await startObjectStore() : undefined;
  try {
    const bench = {
      folder,
      databaseUrl: postgres.url(),
      modules: import.meta.dirname,
      environment: store?.environment ?? {},
    };
    const sizes = args.includes('--quick') ? QUICK_SIZES_MIB : SIZES_MIB;
    report(await measureTransfers(bench, sizes), args.includes('--json'));
  } finally {
    await store?.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function report(figures: readonly TransferFigures[], asJson: boolean): void {
  const isUnder200MiB = (side: Side): boolean => figures.every((one) => one[side].peak < 200);
  const goals = Object.fromEntries(SIDES.map((side) => [`${side}Under200MiB`, isUnder200MiB(side)]));
  if (!asJson) {
    const head = ['file', 'send MiB/s', 'save MiB/s', 'server', 'sender', 'receiver'];
    const cell = ({ idle, peak }: TransferFigures['server']) => `${String(peak)} (${String(idle)} at rest)`;
    const rows = figures.map(({ mib, sendMibPerSecond, saveMibPerSecond, server, sender, receiver }) => [
      `${String(mib)} MiB`,
      String(sendMibPerSecond),
      String(saveMibPerSecond),
      cell(server),
      cell(sender),
      cell(receiver),
    ]);
    process.stdout.write(`${table('Attachments: throughput, and resident memory in MiB', head, rows)}\n`);
  }
  process.stdout.write(`${JSON.stringify({ figures, goals })}\n`);
}
