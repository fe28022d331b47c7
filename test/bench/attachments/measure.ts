import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { unlockVault } from '#client/node';

import { handOver, PASSPHRASE, startMinistry } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { Worker } from '../process.js';
import { round } from '../table.js';
import type { Errand } from './clientProcess.js';
import type { Peak } from './peak.js';

const MIB = 2 ** 20;
/** As `npm start` and the image start the server. */
const AS_STARTED = { flags: ['--max-semi-space-size=4'], environment: { MALLOC_ARENA_MAX: '1' } };

/** One file, sent and saved. */
export interface TransferFigures {
  readonly mib: number;
  readonly sendSeconds: number;
  readonly saveSeconds: number;
  readonly sendMibPerSecond: number;
  readonly saveMibPerSecond: number;
  /** Resident MiB: at rest, and the most. */
  readonly server: Peak;
  readonly sender: Peak;
  readonly receiver: Peak;
}

export interface Bench {
  /** Empty, and removed by who made it. */
  readonly folder: string;
  readonly databaseUrl: string;
  /** Where the compiled processes of this bench are. */
  readonly modules: string;
  /** Variables of the server, such as those of S3. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Sends and saves files of these sizes, one after the other: server, sender and receiver in a process of their own each. */
export async function measureTransfers(bench: Bench, sizesMib: readonly number[]): Promise<TransferFigures[]> {
  const environment = {
    ...bench.environment,
    DATABASE_URL: bench.databaseUrl,
    CHANCERY_PORT: String(await freePort()),
  };
  const ministry = await startMinistry([{ name: 'Aziza Karimova' }, { name: 'Bruno Quispe' }], { environment });
  try {
    const conversation = await handOver(ministry);
    const data = { CHANCERY_DATA_FOLDER: join(bench.folder, 'server'), CHANCERY_LOG_LEVEL: 'error' };
    const figures: TransferFigures[] = [];
    for (const mib of sizesMib) {
      const server = await Worker.start(join(bench.modules, 'serverProcess.js'), {
        environment: { ...environment, ...data, ...AS_STARTED.environment },
        execArgv: AS_STARTED.flags,
      });
      try {
        figures.push(await transfer(bench, ministry, conversation, server, mib));
      } finally {
        await server.stop();
      }
    }
    return figures;
  } finally {
    await ministry.stop();
  }
}

async function transfer(bench: Bench, { staff }: ClientMinistry, conversation: string, server: Worker, mib: number) {
  const [aziza, bruno] = staff as [TestClient, TestClient];
  const path = join(bench.folder, `${String(mib)}.bin`);
  await makeFile(path, mib);
  await server.call('watch');
  const sent = await errand<string>(bench, 'send', await errandOf(aziza, conversation, path));
  const saved = await errand<string>(bench, 'save', await errandOf(bruno, sent.result, join(bench.folder, 'inbox')));
  if ((await hashOf(saved.result)) !== (await hashOf(path))) throw new Error('the file did not arrive as it was');
  await Promise.all([rm(path), rm(saved.result)]);
  return {
    mib,
    sendSeconds: sent.seconds,
    saveSeconds: saved.seconds,
    sendMibPerSecond: round(mib / sent.seconds),
    saveMibPerSecond: round(mib / saved.seconds),
    server: rounded(await server.call<Peak>('peak')),
    sender: sent.peak,
    receiver: saved.peak,
  };
}

async function errand<Result>(bench: Bench, name: string, argument: Errand) {
  const client = await Worker.start(join(bench.modules, 'clientProcess.js'));
  try {
    await client.call('watch');
    const began = performance.now();
    const result = await client.call<Result>(name, argument);
    const seconds = round((performance.now() - began) / 1000, 2);
    return { result, seconds, peak: rounded(await client.call<Peak>('peak')) };
  } finally {
    await client.stop();
  }
}

async function errandOf({ folder }: TestClient, id: string, path: string): Promise<Errand> {
  return { folder, key: await unlockVault(folder, PASSPHRASE), id, path };
}

/** Every MiB of it another, so that none can stand for another. */
async function makeFile(path: string, mib: number): Promise<void> {
  const file = await open(path, 'w');
  const block = Buffer.alloc(MIB, 0x5a);
  for (let number = 0; number < mib; number++) {
    block.writeUInt32BE(number);
    await file.write(block);
  }
  await file.close();
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const rounded = ({ idle, peak }: Peak): Peak => ({ idle: round(idle), peak: round(peak) });
