import { setTimeout as pause } from 'node:timers/promises';

import { Mutex } from '../../libs/client/src/mutex.js';
import type { Ledger } from './ledger.js';
import type { ReadLine } from './protocol.js';
import type { SoakDevice, SoakMinistry } from './ministry.js';

interface Course {
  /** Messages of the whole story. */
  readonly messages: number;
  readonly random: () => number;
  readonly ledger: Ledger;
  /** Hears how it goes on. */
  readonly say: (text: string) => void;
}

/** One revocation each so many messages. */
const CHAPTER = 1000;
/** How often a process is killed in a chapter, and a device cut off. By messages, not by time: a slow machine is not tormented more. */
const KILLS = 4;
const CUTS = 24;
/** The share of kills that the server gets. */
const SERVER_KILLS = 0.3;
const LONGEST_CUT_MS = 3_000;
const TICK_MS = 50;
/** A chapter that does not end on the busiest machine has found something. */
const LONGEST_CHAPTER_MS = 900_000;
/** Messages that a device is allowed ahead of the slowest. */
const AHEAD = 40;

/** What happened besides messages. */
interface Events {
  revocations: number;
  membershipChanges: number;
  cuts: number;
}

/**
 * Lets the devices write while the world is against them: in each chapter of a thousand messages one device is revoked and replaced, somebody
 * leaves the circle or comes back, processes and the server are killed, devices are cut off.
 */
export class Story {
  readonly events: Events = { revocations: 0, membershipChanges: 0, cuts: 0 };
  /** While somebody is enrolled or paired the server is not killed, nor the process that takes part. */
  private readonly quiet = new Mutex();
  /** What revoked devices held in the end, by conversation. */
  readonly retired = new Map<SoakDevice, readonly (readonly ReadLine[])[]>();
  private absent: string | undefined;
  private isEnded = false;

  constructor(
    private readonly soak: SoakMinistry,
    private readonly course: Course,
  ) {}

  async run(): Promise<void> {
    const { messages, ledger, say } = this.course;
    for (let goal = CHAPTER; goal <= messages; goal += CHAPTER) {
      const started = Date.now();
      const torment = [this.atRandom(KILLS, goal, () => this.kill()), this.atRandom(CUTS, goal, () => this.cut())];
      await Promise.all([this.write(goal), this.upheaval(), ...torment]);
      await this.retire();
      say(`${String(ledger.total)} messages, the last thousand in ${String((Date.now() - started) / 1000)} s`);
    }
  }

  /** Whatever is under way fails or comes to its end: the test is over. */
  end(): void {
    this.isEnded = true;
  }

  /** Everybody writes until the total is reached. */
  private async write(goal: number): Promise<void> {
    const { ledger } = this.course;
    const deadline = Date.now() + LONGEST_CHAPTER_MS;
    const begun = new Map<string, number>();
    while (ledger.total < goal) {
      if (Date.now() > deadline) {
        const problems = ledger.problems.map(({ tag, code, message }) => `${tag} ${code} ${message}`);
        throw new Error(`the devices do not come to ${String(goal)} messages; ${problems.join(', ')}`);
      }
      this.allowMore(goal, begun);
      await this.tick();
    }
  }

  /** Nobody runs far ahead; whoever comes later stands level with the slowest. `begun` says from where each is counted. */
  private allowMore(goal: number, begun: Map<string, number>): void {
    const { ledger } = this.course;
    const writers = this.soak.inUse.map(({ spec: { tag }, household }) => ({ tag, household }));
    const done = (tag: string): number => ledger.writtenBy(tag) - (begun.get(tag) ?? 0);
    const known = writers.filter(({ tag }) => begun.has(tag));
    const slowest = known.length > 0 ? Math.min(...known.map(({ tag }) => done(tag))) : 0;
    for (const { tag } of writers) if (!begun.has(tag)) begun.set(tag, ledger.writtenBy(tag) - slowest);
    const share = Math.ceil((goal - ledger.total) / writers.length);
    for (const { tag, household } of writers) {
      household.allow(tag, (begun.get(tag) ?? 0) + Math.min(done(tag) + share, slowest + AHEAD));
    }
  }

  /** What revoked devices hold is read when they have had time to get more than they should. */
  private async retire(): Promise<void> {
    for (const device of this.soak.devices) {
      if (device.revokedAt === undefined || this.retired.has(device)) continue;
      this.retired.set(device, await this.soak.read(device));
      await device.household.dismiss(device.spec.tag);
    }
  }

  private async upheaval(): Promise<void> {
    await this.changeCircle();
    await this.revokeAndReplace();
    await this.changeCircle();
  }

  /** Somebody leaves the second conversation, or comes back to it. */
  private async changeCircle(): Promise<void> {
    const [, circle = ''] = this.soak.conversations;
    const members = this.soak.members.get(circle);
    const by = () => this.soak.devicesIn(circle).filter(({ personId }) => personId !== this.absent);
    const personId = this.absent ?? this.pick(this.soak.devicesIn(circle)).personId;
    members?.delete(personId);
    const task = {
      do: this.absent === undefined ? 'remove' : 'add',
      conversation: circle,
      personIds: [personId],
    } as const;
    await this.soak.haveDone(by, task);
    if (task.do === 'add') members?.add(personId);
    this.absent = task.do === 'remove' ? personId : undefined;
    this.events.membershipChanges += 1;
  }

  private async revokeAndReplace(): Promise<void> {
    const { ministry, inUse } = this.soak;
    const victim = this.pick(inUse.filter(({ personId }) => personId !== this.absent));
    const other = inUse.find(({ personId, deviceId }) => personId === victim.personId && deviceId !== victim.deviceId);
    const task = { do: 'revoke', deviceId: victim.deviceId } as const;
    victim.revokedAt = Date.now();
    if (other && this.course.random() < 0.5) await this.soak.haveDone(() => [other], task);
    else await this.quiet.run(() => ministry.officer.client.revokeDevice(victim.deviceId));
    this.events.revocations += 1;
    await this.quiet.run(async () => {
      if (other) await this.soak.pairWith(other);
      else await this.soak.hire(victim);
    });
  }

  /** So many times in the chapter that ends with `goal`, each when so many messages are written as chance has it. */
  private async atRandom(times: number, goal: number, strike: () => Promise<void>): Promise<void> {
    const { random, ledger } = this.course;
    const moments = Array.from({ length: times }, () => goal - CHAPTER * random()).sort((one, other) => one - other);
    for (const moment of moments) {
      while (ledger.total < Math.floor(moment)) await this.tick();
      await strike();
    }
  }

  private kill(): Promise<void> {
    return this.quiet.run(async () => {
      const { server, processes } = this.soak;
      if (this.course.random() < SERVER_KILLS) {
        await server.kill();
        await server.start();
        return;
      }
      const household = this.pick(processes);
      await household.kill();
      household.start();
      await household.ready;
    });
  }

  private cut(): Promise<void> {
    const { deviceId } = this.pick(this.soak.inUse);
    this.soak.line.cut(deviceId, this.course.random() * LONGEST_CUT_MS);
    this.events.cuts += 1;
    return Promise.resolve();
  }

  private async tick(): Promise<void> {
    if (this.isEnded) throw new Error('the test is over');
    await pause(TICK_MS);
  }

  private pick<Thing>(things: readonly Thing[]): Thing {
    const thing = things[Math.floor(this.course.random() * things.length)];
    if (thing === undefined) throw new Error('there is nothing to choose from');
    return thing;
  }
}
