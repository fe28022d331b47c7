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
const TICK_MS = 100;
/** A chapter that does not end has found something. */
const LONGEST_CHAPTER_MS = 300_000;
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

  constructor(
    private readonly soak: SoakMinistry,
    private readonly course: Course,
  ) {}

  async run(): Promise<void> {
    const { messages, ledger, say } = this.course;
    for (let goal = CHAPTER; goal <= messages; goal += CHAPTER) {
      const started = Date.now();
      const chapter = { isOver: false };
      const torment = [this.killAtRandom(chapter), this.cutAtRandom(chapter)];
      try {
        await Promise.all([this.write(goal), this.upheaval()]);
      } finally {
        chapter.isOver = true;
        await Promise.all(torment);
      }
      await this.retire();
      say(`${String(ledger.total)} messages, the last thousand in ${String((Date.now() - started) / 1000)} s`);
    }
  }

  /** Everybody writes until the total is reached; nobody runs far ahead. */
  private async write(goal: number): Promise<void> {
    const { ledger } = this.course;
    const deadline = Date.now() + LONGEST_CHAPTER_MS;
    const begun = new Map<string, number>();
    while (ledger.total < goal) {
      if (Date.now() > deadline) throw new Error(`the devices do not come to ${String(goal)} messages`);
      const writers = this.soak.inUse;
      const done = ({ spec: { tag } }: SoakDevice): number => {
        const start = begun.get(tag) ?? ledger.writtenBy(tag);
        begun.set(tag, start);
        return ledger.writtenBy(tag) - start;
      };
      const slowest = Math.min(...writers.map(done));
      const share = Math.ceil((goal - ledger.total) / writers.length);
      for (const device of writers) {
        const { spec, household } = device;
        const most = Math.min(done(device) + share, slowest + AHEAD);
        household.allow(spec.tag, (begun.get(spec.tag) ?? 0) + most);
      }
      await pause(TICK_MS);
    }
  }

  /** What revoked devices hold is read when they have had time to get more than they should. */
  private async retire(): Promise<void> {
    for (const device of this.soak.devices) {
      if (device.state !== 'revoked' || this.retired.has(device)) continue;
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
    if (other && this.course.random() < 0.5) await this.soak.haveDone(() => [other], task);
    else await this.quiet.run(() => ministry.officer.client.revokeDevice(victim.deviceId));
    victim.state = 'revoked';
    this.events.revocations += 1;
    await this.quiet.run(async () => {
      if (other) await this.soak.pairWith(other);
      else await this.soak.hire(victim);
    });
  }

  private async killAtRandom(chapter: { isOver: boolean }): Promise<void> {
    const { random } = this.course;
    for (;;) {
      await this.restUnlessOver(chapter, 2_000 + random() * 6_000);
      if (chapter.isOver) return;
      await this.quiet.run(async () => {
        if (random() < 0.3) {
          await this.soak.server.kill();
          await this.soak.server.start();
          return;
        }
        const household = this.pick(this.soak.processes);
        await household.kill();
        household.start();
        await household.ready;
      });
    }
  }

  private async cutAtRandom(chapter: { isOver: boolean }): Promise<void> {
    const { random } = this.course;
    for (;;) {
      await this.restUnlessOver(chapter, random() * 3_000);
      if (chapter.isOver) return;
      const { deviceId } = this.pick(this.soak.inUse);
      this.soak.line.cut(deviceId, 200 + random() * 3_000);
      this.events.cuts += 1;
    }
  }

  private async restUnlessOver(chapter: { readonly isOver: boolean }, milliseconds: number): Promise<void> {
    const end = Date.now() + milliseconds;
    while (!chapter.isOver && Date.now() < end) await pause(TICK_MS);
  }

  private pick<Thing>(things: readonly Thing[]): Thing {
    const thing = things[Math.floor(this.course.random() * things.length)];
    if (thing === undefined) throw new Error('there is nothing to choose from');
    return thing;
  }
}
