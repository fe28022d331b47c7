import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { Sql } from '#client';
import { unlockVault } from '#client/node';
import { canonicalLabel } from '#policy';

import { insertMessage } from '../../libs/client/src/conversation/messages.js';
import { labelAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { TestClient } from '../support/clients.js';
import { randomFrom, seedOf } from '../support/clientsRandom.js';
import { buildCommand } from '../support/commandLine.js';
import { addSecondDevice, withVault } from '../support/secondDevice.js';

const ROOT = join(import.meta.dirname, '..', '..');
const CHILD = join(process.env['CHANCERY_DIST'] ?? join(ROOT, 'dist'), 'test', 'support', 'historyChild.js');
const MESSAGES = 3000;
const KILLS = 8;
const LONGEST_LIFE_MS = 250;

/** Runs the program on a vault and kills it so many times, each some time after it was ready; the last time it may finish. */
async function runThroughKills({ folder }: TestClient, random: () => number): Promise<number> {
  const key = Buffer.from(await unlockVault(folder, PASSPHRASE)).toString('hex');
  for (let kills = 0; ;) {
    const mayFinish = kills === KILLS;
    if (await attempt(folder, key, mayFinish ? undefined : random() * LONGEST_LIFE_MS)) return kills;
    if (mayFinish) throw new Error('it did not finish though nobody killed it');
    kills += 1;
  }
}

/** True when it came to its end. */
async function attempt(folder: string, key: string, lifeMs: number | undefined): Promise<boolean> {
  const env = { ...process.env, NODE_ENV: 'test', HISTORY_FOLDER: folder, HISTORY_KEY: key };
  const child = spawn(process.execPath, [CHILD], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let isDone = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    isDone ||= line === 'done';
    if (line === 'ready' && lifeMs !== undefined) setTimeout(() => child.kill('SIGKILL'), lifeMs);
  });
  await ended;
  return isDone;
}

async function fill(sql: Sql, groupId: string, personId: string): Promise<void> {
  const labelText = canonicalLabel(labelAt('RESTRICTED'));
  for (let seq = 1; seq <= MESSAGES; seq++) {
    const at = new Date(Date.now() - (MESSAGES - seq) * 1000).toISOString();
    const text = `Message ${String(seq)}. ${'Words upon words. '.repeat(60)}`;
    const common = { groupId, seq, rank: 1, id: randomUUID(), kind: 'text', precedence: 'ROUTINE' } as const;
    await insertMessage(sql, { ...common, text, labelText, senderPerson: personId, sentAt: at, acceptedAt: at });
  }
}

test('upload and restore survive kill -9 at any moment: every message is there, each once', async () => {
  buildCommand();
  const random = randomFrom(seedOf('historyKill'));
  const ministry = await startMinistry([{ name: 'Ada' }]);
  try {
    const [ada] = ministry.staff as [TestClient];
    await ada.client.catchUp();
    const { id } = await ada.client.createConversation({ name: 'Notes', label: labelAt('RESTRICTED'), personIds: [] });
    const { first, second } = await addSecondDevice(ministry, ada);
    await withVault(first, (sql) => fill(sql, id, ada.personId));
    await second.client.close();

    const killed = [await runThroughKills(first, random), await runThroughKills(second, random)];
    process.stderr.write(`historyKill: killed ${killed.join(' and ')} times\n`);

    const reopened = await ministry.reopen(second);
    const texts: string[] = [];
    let before: number | undefined;
    do {
      const page = await reopened.client.messages(id, { limit: 500, ...(before !== undefined && { before }) });
      texts.unshift(...page.messages.filter(({ kind }) => kind === 'text').map(({ text }) => text.split('.')[0] ?? ''));
      before = page.before;
    } while (before !== undefined);
    expect(texts).toEqual(Array.from({ length: MESSAGES }, (_, n) => `Message ${String(n + 1)}`));
    while ((await reopened.client.search.index(10)) > 0);
    const { hits } = await reopened.client.search.find(`"Message ${String(MESSAGES)}"`);
    expect(hits).toHaveLength(1);
    expect((await reopened.client.history.state()).problem).toBeUndefined();
  } finally {
    await ministry.stop();
  }
}, 120_000);
