import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

import { openClient, unlockVault } from '#client/node';

import { handOver, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { randomFrom, seedOf } from '../support/clientsRandom.js';
import { createDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';

const ROOT = join(import.meta.dirname, '..', '..');
const SUPPORT = join(process.env['CHANCERY_DIST'] ?? join(ROOT, 'dist'), 'test', 'support');
const FILE_BYTES = 48 * 1024 * 1024 + 77;
const KILLS_EACH = 5;
const SERVER_KILLS = 6;
/** A process is killed so long after it has said how far it is. */
const LONGEST_MS = 40;

describe('kill -9 of server, sender and receiver while a file is on its way', () => {
  let database: TestDatabase;
  let ministry: ClientMinistry;
  let folder: string;
  let server: ChildProcess | undefined;
  let over = false;

  beforeAll(async () => {
    if (process.env['CHANCERY_DIST'] === undefined) {
      spawnSync(process.execPath, [join(ROOT, 'apps', 'cli', 'bin.mjs'), '--build-only'], { stdio: 'inherit' });
    }
    database = await createDatabase();
    folder = await mkdtemp(join(tmpdir(), 'chancery-kill-'));
    const environment = { DATABASE_URL: database.url, CHANCERY_PORT: String(await freePort()) };
    ministry = await startMinistry([{ name: 'Aziza' }, { name: 'Bruno' }], { environment });
  });
  afterAll(async () => {
    over = true;
    await kill(server);
    await ministry.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  test('the file arrives as it was, with one message, and nothing is left over', async () => {
    const random = randomFrom(seedOf('attachments kill'));
    const bytes = randomBytes(FILE_BYTES);
    const path = join(folder, 'large.bin');
    await writeFile(path, bytes);
    const conversation = await handOver(ministry);
    const [aziza, bruno] = ministry.staff as [TestClient, TestClient];
    server = startServer();
    const tormented = tormentServer(random);

    let sent = await run(await argumentsOf(aziza, 'send', conversation, path), random);
    for (let kills = 1; !sent.startsWith('sent'); kills++) {
      sent = await run(await argumentsOf(aziza, 'resume'), kills < KILLS_EACH ? random : undefined);
    }
    const id = sent.split(' ')[1] ?? '';
    expect(await messageIds(aziza, conversation)).toEqual([id]);
    expect(await messageIds(bruno, conversation)).toEqual([id]);
    let saved = '';
    for (let kills = 0; !saved.startsWith('saved'); kills++) {
      const inbox = join(folder, 'inbox');
      saved = await run(await argumentsOf(bruno, 'save', id, inbox), kills < KILLS_EACH ? random : undefined);
    }
    await tormented;
    const received = await readFile(saved.slice('saved '.length));
    expect(hashOf(received)).toBe(hashOf(bytes));
    expect(await readdir(join(folder, 'inbox'))).toEqual(['large.bin']);
  });

  async function tormentServer(random: () => number): Promise<void> {
    for (let time = 0; time < SERVER_KILLS && !over; time++) {
      await pause(random() * 1500);
      await kill(server);
      server = startServer();
      await said(server, 'ready');
    }
  }

  function startServer(): ChildProcess {
    const { port, dataFolder } = ministry.server;
    const environment = {
      DATABASE_URL: database.url,
      CHANCERY_PORT: String(port),
      CHANCERY_DATA_FOLDER: dataFolder,
      CHANCERY_LOG_LEVEL: 'silent',
      CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '100000',
    };
    const env = { ...process.env, NODE_ENV: 'test', ...environment };
    return spawn(process.execPath, [join(SUPPORT, 'clientsChild.js'), 'server'], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  }
});

async function argumentsOf({ folder }: TestClient, action: string, ...operands: string[]): Promise<string[]> {
  const key = Buffer.from(await unlockVault(folder, PASSPHRASE)).toString('hex');
  return [join(SUPPORT, 'transferChild.js'), action, folder, key, ...operands];
}

/** Runs a transfer to its end, or until it is killed shortly after it has said how far it is. Returns its last word. */
async function run(parameters: string[], random?: () => number): Promise<string> {
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  const patience = random ? Math.floor(random() * 8) : Infinity;
  let heard = 0;
  let last = '';
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    heard += 1;
    if (heard <= patience || !line.startsWith('at')) continue;
    await pause((random?.() ?? 0) * LONGEST_MS);
    child.kill('SIGKILL');
  }
  const [code, signal] = (await ended) as [number | null, string | null];
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`the transfer ended with ${String(code)}`);
  return signal === 'SIGKILL' && last.startsWith('at') ? 'killed' : last;
}

async function said(child: ChildProcess, word: string): Promise<void> {
  if (!child.stdout) throw new Error('the program has no output');
  for await (const line of createInterface({ input: child.stdout })) if (line === word) return;
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function messageIds({ folder }: TestClient, conversation: string): Promise<string[]> {
  const client = await openClient({ folder, passphrase: PASSPHRASE });
  try {
    for (;;) {
      const isCaughtUp = await client.catchUp().then(
        () => true,
        () => false,
      );
      if (isCaughtUp) break;
      await pause(200); // the server is being started
    }
    return (await client.messages(conversation)).messages.filter(({ kind }) => kind === 'text').map(({ id }) => id);
  } finally {
    await client.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
