import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openClient, unlockVault } from '#client/node';

import { startEmbedded } from '../../../apps/api/src/platform/database/index.js';
import { diskVaults } from '../../../libs/client/src/node/vaults.js';
import { openVaultWithKey } from '../../../libs/client/src/vault/vault.js';
import { PASSPHRASE, startMinistry } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { addSecondDevice } from '../../support/secondDevice.js';
import { round } from '../table.js';
import { Corpus } from './corpus.js';
import { fill } from './messages.js';

export interface RestoreFigures {
  readonly messages: number;
  readonly segments: number;
  /** Sealing and uploading. */
  readonly backUpSeconds: number;
  /** Until the newest page of a conversation can be read. */
  readonly firstPageSeconds: number;
  /** Until every message can be read. */
  readonly readableSeconds: number;
  /** Until every message can be found. */
  readonly searchableSeconds: number;
}

/**
 * The first device seals and uploads what it holds, a second one takes it over. The real server with PostgreSQL, and the client, in one
 * process.
 */
export async function measureRestore(messages: number, seed: number): Promise<RestoreFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  await chmod(folder, 0o711);
  const postgres = await startEmbedded({ dataFolder: folder });
  try {
    const ministry = await startMinistry([{ name: 'Ada' }], { environment: { DATABASE_URL: postgres.url() } });
    try {
      return await measure(ministry, messages, seed);
    } finally {
      await ministry.stop();
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(ministry: ClientMinistry, messages: number, seed: number): Promise<RestoreFigures> {
  const [ada] = ministry.staff as [TestClient];
  await ada.client.catchUp();
  // nothing is sealed yet, so that the second device comes to the server's history before there is any
  const { first, second } = await addSecondDevice(ministry, ada);
  await first.client.close();
  const key = await unlockVault(first.folder, PASSPHRASE);
  const vault = await openVaultWithKey(diskVaults, first.folder, key);
  const [conversation = ''] = await fill(vault.store, new Corpus(seed, [ada.personId]), messages, 20);
  await vault.close();
  const client = await openClient({ folder: first.folder, key, server: ministry.server.url });
  const backUpSeconds = await timed(() => client.history.backUp());
  const { sealed: segments } = await client.history.state();
  await client.close();

  const startedAt = performance.now();
  const seconds = (): number => round((performance.now() - startedAt) / 1000, 2);
  let firstPageSeconds = 0;
  await second.client.history.restore(() => {
    firstPageSeconds ||= seconds();
  });
  const readableSeconds = seconds();
  while ((await second.client.search.index(50)) > 0);
  const searchableSeconds = seconds();
  const page = await second.client.messages(conversation, { limit: 500 });
  if (page.messages.length === 0) throw new Error('nothing was restored');
  return { messages, segments, backUpSeconds, firstPageSeconds, readableSeconds, searchableSeconds };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return round((performance.now() - startedAt) / 1000, 2);
}
