import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

import type { Client, MessageView } from '#client';
import { openClient, unlockVault } from '#client/node';

import { handOver, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { randomFrom, seedOf } from '../support/clientsRandom.js';
import { createDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';

const ROOT = join(import.meta.dirname, '..', '..');
const CHILD = join(process.env['CHANCERY_DIST'] ?? join(ROOT, 'dist'), 'test', 'support', 'clientsChild.js');
const MESSAGES_EACH = 1000;
const KILLS = { server: 20, writer: 40 } as const;
const ALL_KILLS = KILLS.server + 2 * KILLS.writer;
/** How long a process lives at most after it has begun its work. One of five is killed while it is still starting. */
const LONGEST_LIFE_MS = { server: 2_500, writer: 1_200 } as const;
const STARTING_SHARE = 0.2;
const LONGEST_START_MS = 1_000;

/** A program that is killed and started again; `say` hears its lines. */
class Victim {
  /** Resolves when the program that runs now has begun its work. */
  ready: Promise<void> = Promise.resolve();
  readonly problems: string[] = [];
  private child: ChildProcess | undefined;
  private begun: () => void = () => undefined;
  acknowledged = 0;
  place = 0;
  private limit = 0;

  constructor(
    readonly name: string,
    private readonly parameters: readonly string[],
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  start(): void {
    const env = { ...process.env, NODE_ENV: 'test', ...this.environment };
    this.ready = new Promise((resolve) => {
      this.begun = resolve;
    });
    this.child = spawn(process.execPath, [CHILD, ...this.parameters], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = this.child.stdout && createInterface({ input: this.child.stdout });
    lines?.on('line', (line) => {
      this.hear(line);
    });
    this.child.stdin?.on('error', () => undefined);
    this.allow(this.limit);
  }

  /** How many messages a writer may have written. */
  allow(limit: number): void {
    this.limit = limit;
    this.child?.stdin?.write(`limit ${String(limit)}\n`);
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  private hear(line: string): void {
    const [word, value] = line.split(' ');
    if (word === 'ready') this.begun();
    if (word === 'sent') this.acknowledged = Math.max(this.acknowledged, Number(value));
    if (word === 'at') this.place = Number(value);
    if (word === 'problem') this.problems.push(line);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function allMessages(client: Client, id: string): Promise<MessageView[]> {
  const all: MessageView[] = [];
  let before: number | undefined;
  do {
    const page = await client.messages(id, before === undefined ? { limit: 500 } : { limit: 500, before });
    all.unshift(...page.messages);
    before = page.before;
  } while (before !== undefined);
  return all;
}

describe('kill -9 of server and clients during a two-way exchange', () => {
  let database: TestDatabase;
  let ministry: ClientMinistry;
  let victims: readonly Victim[] = [];

  beforeAll(async () => {
    if (process.env['CHANCERY_DIST'] === undefined) {
      spawnSync(process.execPath, [join(ROOT, 'apps', 'cli', 'bin.mjs'), '--build-only'], { stdio: 'inherit' });
    }
    database = await createDatabase();
    const environment = { DATABASE_URL: database.url, CHANCERY_PORT: String(await freePort()) };
    ministry = await startMinistry([{ name: 'Aziza' }, { name: 'Bruno' }], { environment });
  }, 120_000);
  afterAll(async () => {
    for (const victim of victims) await victim.kill();
    await ministry.stop();
    await database.drop();
  });

  test('nothing is lost, doubled or out of order', async () => {
    const random = randomFrom(seedOf('kill'));
    const id = await handOver(ministry);
    const server = new Victim('server', ['server'], serverEnvironment(ministry, database));
    const writers = await Promise.all(ministry.staff.map((person) => writerOf(person, id)));
    victims = [server, ...writers];
    for (const victim of victims) victim.start();
    let kills = 0;
    const torment = async (victim: Victim, times: number, longestLife: number): Promise<void> => {
      for (let time = 0; time < times; time++) {
        if (random() < STARTING_SHARE) await pause(random() * LONGEST_START_MS);
        else await victim.ready.then(() => pause(random() * longestLife));
        await victim.kill();
        kills += 1;
        // the exchange goes on as long as the killing does
        for (const writer of writers) writer.allow(Math.floor((MESSAGES_EACH * kills) / ALL_KILLS));
        victim.start();
      }
    };
    await Promise.all([
      torment(server, KILLS.server, LONGEST_LIFE_MS.server),
      ...writers.map((writer) => torment(writer, KILLS.writer, LONGEST_LIFE_MS.writer)),
    ]);
    expect(kills).toBe(ALL_KILLS);
    await settled(writers);
    for (const victim of [...writers, server]) await victim.kill('SIGTERM');
    await expectSameHistory(ministry, id, writers);
  }, 600_000);
});

function serverEnvironment({ server }: ClientMinistry, { url }: TestDatabase): Record<string, string> {
  return {
    DATABASE_URL: url,
    CHANCERY_PORT: String(server.port),
    CHANCERY_DATA_FOLDER: server.dataFolder,
    CHANCERY_LOG_LEVEL: 'silent',
    CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '100000',
    CHANCERY_LIMIT_DEVICE_PER_MINUTE: '1000000',
  };
}

async function writerOf({ name, folder }: TestClient, id: string): Promise<Victim> {
  const key = Buffer.from(await unlockVault(folder, PASSPHRASE)).toString('hex');
  const environment = { WRITER_NAME: name, WRITER_FOLDER: folder, WRITER_KEY: key, WRITER_CONVERSATION: id };
  return new Victim(name, ['writer'], environment);
}

/** Waits until both writers have written everything and stand at the same, last place. */
async function settled(writers: readonly Victim[]): Promise<void> {
  const deadline = Date.now() + 180_000;
  let still = 0;
  let last = -1;
  while (still < 3) {
    if (Date.now() > deadline)
      throw new Error(`the writers do not come to an end: ${JSON.stringify(writers.map(({ place }) => place))}`);
    for (const writer of writers) writer.allow(MESSAGES_EACH);
    await pause(1000);
    const places = new Set(writers.map(({ place }) => place));
    const [place = 0] = places;
    still = places.size === 1 && place >= 2 * MESSAGES_EACH && place === last ? still + 1 : 0;
    last = place;
  }
}

/** The oracle: what the two vaults hold is one list, and each person's messages stand in it once and in the order of their numbers. */
async function expectSameHistory(ministry: ClientMinistry, id: string, writers: readonly Victim[]): Promise<void> {
  const histories: string[][] = [];
  for (const { folder } of ministry.staff) {
    const client = await openClient({ folder, passphrase: PASSPHRASE });
    const messages = await allMessages(client, id);
    expect(messages.filter(({ kind }) => kind === 'notice').map(({ text }) => text)).toEqual([]);
    expect(await client.conversation(id)).toMatchObject({ state: 'active', problem: undefined });
    histories.push(messages.filter(({ kind }) => kind === 'text').map(({ seq, text }) => `${String(seq)} ${text}`));
    await client.close();
  }
  const [first = [], second] = histories;
  expect(second).toEqual(first);
  expect(first).toHaveLength(2 * MESSAGES_EACH);
  for (const { name, problems } of writers) {
    expect(problems).toEqual([]);
    const own = first.map((line) => line.replace(/^\d+ /, '')).filter((text) => text.startsWith(`${name} `));
    expect(own).toEqual(Array.from({ length: MESSAGES_EACH }, (_, index) => `${name} ${String(index + 1)}`));
  }
}
