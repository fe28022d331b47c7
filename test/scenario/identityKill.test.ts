import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { unlockVault } from '#client/node';
import { signingPublicKey } from '#primitives';

import { PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { randomFrom, seedOf } from '../support/clientsRandom.js';
import { buildCommand } from '../support/commandLine.js';
import { sql } from '../support/ministry.js';
import { addSecondDevice, withVault } from '../support/secondDevice.js';

const ROOT = join(import.meta.dirname, '..', '..');
const CHILD = join(process.env['CHANCERY_DIST'] ?? join(ROOT, 'dist'), 'test', 'support', 'identityChild.js');
const KILLS = 4;
const LONGEST_LIFE_MS = 600;

/** Runs the program on a vault and kills it some time after it was ready. */
async function runAndKill({ folder }: TestClient, lifeMs: number): Promise<void> {
  const key = Buffer.from(await unlockVault(folder, PASSPHRASE)).toString('hex');
  const env = { ...process.env, NODE_ENV: 'test', IDENTITY_FOLDER: folder, IDENTITY_KEY: key };
  const child = spawn(process.execPath, [CHILD], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  createInterface({ input: child.stdout }).on('line', () => {
    setTimeout(() => child.kill('SIGKILL'), lifeMs);
  });
  const [, signal] = (await ended) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

async function identityKeyOf({ server }: ClientMinistry, { personId }: TestClient): Promise<string> {
  const query = `SELECT encode(identity_key, 'hex') AS key FROM person WHERE id = $1`;
  const [row] = await sql<{ key: string }>(server, query, [personId]);
  return row?.key ?? '';
}

/** The public half of what a device holds, by its vault; the client is opened anew. */
async function heldBy(ministry: ClientMinistry, who: TestClient): Promise<{ key: string; reopened: TestClient }> {
  const row = await withVault(who, (vault) => vault.get("SELECT value FROM secret WHERE name = 'identityKey'"));
  const key = Buffer.from(signingPublicKey(row?.['value'] as Uint8Array)).toString('hex');
  return { key, reopened: await ministry.reopen(who) };
}

/** The key in force when another device has caught up: what a program had asked before it was killed may be done after that. */
async function settledKey(ministry: ClientMinistry, who: TestClient): Promise<string> {
  for (;;) {
    const key = await identityKeyOf(ministry, who);
    await who.client.catchUp();
    if (key === (await identityKeyOf(ministry, who))) return key;
  }
}

test('a new identity key survives kill -9 at any moment: the other device always holds the one in force', async () => {
  buildCommand();
  const random = randomFrom(seedOf('identityKill'));
  const ministry = await startMinistry([{ name: 'Ada' }]);
  try {
    const [ada] = ministry.staff as [TestClient];
    const { first, second } = await addSecondDevice(ministry, ada);
    let [laptop, telephone] = [first, second];
    const inForce = new Set([await identityKeyOf(ministry, ada)]);
    for (let kills = 0; kills < KILLS; kills++) {
      await laptop.client.catchUp();
      await laptop.client.close();
      await runAndKill(laptop, random() * LONGEST_LIFE_MS);
      const current = await settledKey(ministry, telephone);
      inForce.add(current);
      const held = await heldBy(ministry, telephone);
      telephone = held.reopened;
      expect(held.key).toBe(current);
      laptop = await ministry.reopen(laptop);
    }
    process.stderr.write(`identityKill: ${String(inForce.size - 1)} keys in ${String(KILLS)} lives\n`);
    await laptop.client.catchUp();
    expect((await heldBy(ministry, laptop)).key).toBe(await identityKeyOf(ministry, ada));
  } finally {
    await ministry.stop();
  }
}, 120_000);
