import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { requestPairing, unlockVault } from '#client/node';

import { labelAt, PASSPHRASE, startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { pair, vaultOptions } from '../support/pairing.js';
import { Household, Killed } from './household.js';
import type { Ledger } from './ledger.js';
import { Line } from './line.js';
import type { LineFaults } from './line.js';
import type { ReadLine, ResidentSpec, Task } from './protocol.js';
import { compiled, freePort, KillableServer } from './servers.js';
import type { Tap } from './tap.js';

/** A device of the soak, from its enrolment to its end. */
export interface SoakDevice {
  readonly spec: ResidentSpec;
  readonly personId: string;
  readonly deviceId: string;
  readonly household: Household;
  /** When its revocation began, in milliseconds since 1970. */
  revokedAt: number | undefined;
}

interface SoakOptions {
  readonly seed: number;
  readonly random: () => number;
  readonly faults: LineFaults;
  readonly tap: Tap;
  readonly ledger: Ledger;
}

const HOUSEHOLDS = 4;
const PEOPLE = ['Aziza', 'Bruno', 'Chen', 'Dilnoza', 'Edgar', 'Farida', 'Goran', 'Hilola'] as const;
/** So many of them have two devices: twelve devices in all. */
const WITH_TWO_DEVICES = 4;
/** Who is in each conversation, by their place in PEOPLE: all of them in the first; the second is the one that people leave and come back to. */
const CONVERSATIONS: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [0, 1, 4, 5, 6],
  [3, 4, 6, 7],
  [0, 7],
  [2, 5],
];
/** Attempts to have something done by one device or another. */
const ATTEMPTS = 40;
const ANSWERS = 200;

/** A ministry behind a bad line, with twelve devices in four processes, and conversations of all, of some and of two. */
export class SoakMinistry {
  readonly devices: SoakDevice[] = [];
  /** The people who belong in each conversation; the first is that of all. */
  readonly members = new Map<string, Set<string>>();
  /** Encryptions of each process that ever ran are noted in a file of this folder. */
  readonly taps: string[] = [];
  private readonly households: Household[];
  private people = 0;

  private constructor(
    readonly ministry: ClientMinistry,
    readonly server: KillableServer,
    readonly line: Line,
    private readonly folder: string,
    private readonly options: SoakOptions,
  ) {
    this.households = Array.from({ length: HOUSEHOLDS }, (_, index) => this.newHousehold(index));
  }

  static async found(options: SoakOptions): Promise<SoakMinistry> {
    const port = await freePort();
    const line = new Line(port, options.tap, options.random, options.faults, String(options.seed));
    await line.listen();
    const server = new KillableServer(port, () => line.url);
    const people = PEOPLE.map((name) => ({ name }));
    const ministry = await startMinistry(people, {}, (overrides) => server.begin(overrides));
    const folder = await mkdtemp(join(tmpdir(), 'chancery-soak-taps-'));
    const soak = new SoakMinistry(ministry, server, line, folder, options);
    await soak.settleIn();
    return soak;
  }

  get inUse(): readonly SoakDevice[] {
    return this.devices.filter(({ revokedAt }) => revokedAt === undefined);
  }

  get conversations(): readonly string[] {
    return [...this.members.keys()];
  }

  /** The devices that belong in a conversation, of people who do. */
  devicesIn(conversation: string): readonly SoakDevice[] {
    return this.inUse.filter(({ personId }) => this.members.get(conversation)?.has(personId) === true);
  }

  get processes(): readonly Household[] {
    return this.households;
  }

  async stop(): Promise<void> {
    for (const household of this.households) await household.end();
    await this.line.close();
    await this.ministry.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Has something done by one of these devices, and by another when its process is killed meanwhile. */
  async haveDone(by: () => readonly SoakDevice[], task: Task): Promise<void> {
    let last: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const candidates = by();
      const device = candidates[Math.floor(this.options.random() * candidates.length)];
      if (!device) throw new Error(`nobody is there to ${task.do}`);
      try {
        await device.household.ready;
        await device.household.ask(device.spec.tag, task);
        return;
      } catch (error) {
        last = error;
        if (!(error instanceof Killed)) await pause(300);
      }
    }
    throw new Error(`nobody could ${task.do}`, { cause: last });
  }

  /** A new person with one device takes the place of somebody who has none left. */
  async hire(predecessor: SoakDevice): Promise<void> {
    const person = await this.ministry.hire({ name: `Newcomer ${String(++this.people)}` });
    const device = await this.settle(person, this.leastPopulated());
    const { personId } = device;
    for (const [conversation, members] of this.members) {
      if (!members.delete(predecessor.personId)) continue;
      await this.haveDone(() => this.devicesIn(conversation), { do: 'add', conversation, personIds: [personId] });
      members.add(personId);
    }
  }

  /** Reads what a device holds of each conversation. */
  async read({ spec: { tag }, household }: SoakDevice): Promise<readonly (readonly ReadLine[])[]> {
    await household.ready;
    const histories: (readonly ReadLine[])[] = [];
    for (const conversation of this.conversations) {
      histories.push((await household.ask(tag, { do: 'read', conversation })) as readonly ReadLine[]);
    }
    return histories;
  }

  /** One more device of a person, by the hand of one that they have. */
  async pairWith(first: SoakDevice): Promise<void> {
    const { household, deviceId, spec } = first;
    this.line.calm(deviceId);
    try {
      await household.ready;
      const fresh = await requestPairing({ server: this.line.url, deviceName: 'Telephone' });
      const approval = household.ask(spec.tag, { do: 'pair', code: fresh.code });
      approval.catch(() => undefined);
      const shown = await until(() => fresh.answered());
      if ((await approval) !== shown.digits) throw new Error('the digits differ');
      const folder = join(first.spec.folder, '..', `paired-${randomUUID()}`);
      const client = await until(() => fresh.install(vaultOptions(folder)));
      const { personId, deviceId: newId } = await client.whoami();
      await this.settle({ name: spec.tag, personId, deviceId: newId, folder, client }, this.leastPopulated());
    } finally {
      this.line.disturb(deviceId);
    }
  }

  /** The first days: everybody has their devices, and the conversations begin. */
  private async settleIn(): Promise<void> {
    const staff = [...this.ministry.staff];
    const seconds: TestClient[] = [];
    for (const person of staff.slice(0, WITH_TWO_DEVICES)) seconds.push(await pair(this.ministry, person));
    for (const [index, people] of CONVERSATIONS.entries()) {
      const those = people.flatMap((place) => staff[place] ?? []);
      await this.begin(`Conversation ${String(index)}`, those);
    }
    for (const { client } of [...staff, ...seconds]) await client.catchUp();
    for (const household of this.households) household.start();
    for (const device of [...staff, ...seconds]) await this.settle(device, this.leastPopulated());
  }

  private async begin(name: string, [founder, ...others]: readonly TestClient[]): Promise<void> {
    if (!founder) throw new Error('there is nobody');
    const personIds = others.map(({ personId }) => personId);
    await founder.client.catchUp();
    const { id } = await founder.client.createConversation({ name, label: labelAt('SECRET'), personIds });
    this.members.set(id, new Set([founder.personId, ...personIds]));
  }

  /** A device moves from this process into one of the others. */
  private async settle({ client, folder, personId, deviceId }: TestClient, household: Household): Promise<SoakDevice> {
    await client.close();
    const key = Buffer.from(await unlockVault(folder, PASSPHRASE)).toString('hex');
    const spec = { tag: `d${String(this.devices.length)}`, folder, key, server: this.line.url };
    const device: SoakDevice = { spec, personId, deviceId, household, revokedAt: undefined };
    this.devices.push(device);
    this.line.disturb(deviceId);
    await household.ready;
    await household.admit(spec);
    return device;
  }

  private leastPopulated(): Household {
    const [household] = [...this.households].sort((one, other) => one.specs.size - other.specs.size);
    if (!household) throw new Error('there is no process');
    return household;
  }

  private newHousehold(index: number): Household {
    const environment = (start: number) => {
      const file = join(this.folder, `${String(index)}-${String(start)}`);
      this.taps.push(file);
      return { SOAK_TAP: file, SOAK_SEED: String(this.options.seed + 1000 * index + start) };
    };
    const hear = this.options.ledger.hear.bind(this.options.ledger);
    return new Household(compiled('soak/residents.js'), environment, () => this.conversations, hear);
  }
}

async function until<Result>(ask: () => Promise<Result | undefined>): Promise<Result> {
  for (let attempt = 0; attempt < ANSWERS; attempt++) {
    const result = await ask();
    if (result !== undefined) return result;
    await pause(50);
  }
  throw new Error('the other device has not answered');
}
