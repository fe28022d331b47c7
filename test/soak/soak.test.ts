import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { randomFrom, seedOf } from '../support/clientsRandom.js';
import { sql } from '../support/ministry.js';
import { pairsUsedTwice } from './aeadTap.js';
import { Ledger } from './ledger.js';
import { SoakMinistry } from './ministry.js';
import type { SoakDevice } from './ministry.js';
import { absencesOf, membershipsOf, placesIn } from './places.js';
import { unexplained } from './problems.js';
import type { Fate } from './problems.js';
import type { ReadLine, Settled } from './protocol.js';
import { Story } from './story.js';
import { Tap } from './tap.js';
import { judgeHistory, judgeTogether } from './verdict.js';
import type { History } from './verdict.js';

/** `.ci/run` asks for ten thousand, `npm run soak` for a hundred thousand. */
const MESSAGES = Number(process.env['CHANCERY_SOAK_MESSAGES'] ?? 1000);
const FAULTS = { drop: 0.02, duplicate: 0.04, delay: 0.15, withhold: 0.0004 };
/** The whole of it is allowed so much for each thousand messages, in milliseconds. */
const TIME_FOR_A_THOUSAND = 900_000;
const LONGEST_SETTLING_MS = 300_000;

describe('twelve devices on a bad line', () => {
  const seed = seedOf('soak');
  const random = randomFrom(seed);
  const tap = new Tap();
  const ledger = new Ledger(tap);
  let soak: SoakMinistry | undefined;
  let story: Story | undefined;

  beforeAll(async () => {
    if (process.env['CHANCERY_DIST'] === undefined) {
      const program = join(import.meta.dirname, '..', '..', 'apps', 'cli', 'bin.mjs');
      spawnSync(process.execPath, [program, '--build-only'], { stdio: 'inherit' });
    }
    soak = await SoakMinistry.found({ seed, random, faults: FAULTS, tap, ledger });
  }, 180_000);
  afterAll(() => {
    story?.end();
    return soak?.stop();
  });

  test(
    'nothing is lost, doubled or out of order, no key is used twice, and every gap is reported',
    async () => {
      if (!soak) throw new Error('the ministry was not founded');
      story = new Story(soak, { messages: MESSAGES, random, ledger, say });
      await story.run();
      await settle(soak);
      const histories = await allHistories(soak, story);
      const complaints = await judge(soak, histories, ledger);
      const { ciphertexts, epochs, ...reuse } = tap.judge();
      const { encryptions, reused } = pairsUsedTwice(soak.taps);
      say(JSON.stringify({ ...figures(soak, story, ledger), ciphertexts, epochs, encryptions }));
      // all at once: a run takes long, and whatever it found has to be seen
      const problems = unexplained(ledger.problems, await fatesOf(soak));
      const { revocations } = story.events;
      const { errors } = soak.server;
      expect({ complaints, problems, errors, ...reuse, reused, revocations }).toEqual({
        complaints: [],
        problems: [],
        errors: [],
        reusedGenerations: [],
        reusedSamples: [],
        sharedLeaves: [],
        splitEpochs: [],
        unopened: [],
        reused: 0,
        revocations: Math.floor(MESSAGES / 1000),
      });
      expect(ciphertexts).toBeGreaterThanOrEqual(MESSAGES);
    },
    LONGEST_SETTLING_MS + (MESSAGES / 1000) * TIME_FOR_A_THOUSAND,
  );
});

function say(text: string): void {
  process.stderr.write(`soak: ${text}\n`);
}

/** The line is good again, everybody says a last word, and comes to the same place. */
async function settle(soak: SoakMinistry): Promise<void> {
  soak.line.heal();
  for (const conversation of soak.conversations) {
    await soak.haveDone(() => soak.devicesIn(conversation), { do: 'rename', conversation, name: 'The end' });
  }
  const deadline = Date.now() + LONGEST_SETTLING_MS;
  for (;;) {
    const late: string[] = [];
    for (const device of soak.inUse) late.push(...(await lateness(soak, device)));
    if (late.length === 0) return;
    if (Date.now() > deadline) throw new Error(`the devices do not come to an end: ${late.join(', ')}`);
    await pause(500);
  }
}

/** In what a device stands behind the server. */
async function lateness({ ministry }: SoakMinistry, { spec, household, deviceId }: SoakDevice): Promise<string[]> {
  await household.ready;
  const { cursors, waiting } = (await household.ask(spec.tag, { do: 'settle' })) as Settled;
  const places = await sql<{ id: string; last_seq: number }>(
    ministry.server,
    'SELECT id, last_seq FROM mls_group g JOIN group_member m ON m.group_id = g.id WHERE device_id = $1 AND left_seq IS NULL',
    [deviceId],
  );
  const behind = places.filter(({ id, last_seq: last }) => cursors[id] !== last);
  return [...behind.map(({ id }) => `${spec.tag} in ${id}`), ...(waiting > 0 ? [`the outbox of ${spec.tag}`] : [])];
}

async function allHistories(soak: SoakMinistry, story: Story): Promise<History[]> {
  const histories: History[] = [];
  for (const device of soak.devices) {
    const held = story.retired.get(device) ?? (await soak.read(device));
    for (const [index, conversation] of soak.conversations.entries()) {
      histories.push(await historyOf(soak, device, conversation, held[index] ?? []));
    }
  }
  return histories;
}

async function historyOf(
  { ministry }: SoakMinistry,
  { spec: { tag }, deviceId, revokedAt }: SoakDevice,
  conversation: string,
  lines: readonly ReadLine[],
): Promise<History> {
  const memberships = await membershipsOf(ministry.server, deviceId, conversation);
  return { tag, deviceId, conversation, isRevoked: revokedAt !== undefined, lines, memberships };
}

async function judge(
  { ministry, line }: SoakMinistry,
  histories: readonly History[],
  ledger: Ledger,
): Promise<string[]> {
  const withheld = [...line.withheld.values()];
  const places = await placesIn(ministry.server);
  const complaints = histories.flatMap((history) =>
    judgeHistory(history, places.get(history.conversation) ?? [], withheld),
  );
  return [...complaints, ...judgeTogether(histories, ledger.sent)];
}

async function fatesOf({ devices, ministry }: SoakMinistry): Promise<Map<string, Fate>> {
  const fates = new Map<string, Fate>();
  for (const { spec, deviceId, revokedAt } of devices) {
    fates.set(spec.tag, { revokedAt, absences: await absencesOf(ministry.server, deviceId) });
  }
  return fates;
}

function figures(soak: SoakMinistry, story: Story, ledger: Ledger) {
  return {
    messages: ledger.total,
    ...story.events,
    kills: soak.processes.reduce((kills, process) => kills + process.kills, 0),
    serverKills: soak.server.kills,
    faults: soak.line.count,
  };
}
