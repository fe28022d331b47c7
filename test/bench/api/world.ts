import { randomUUID } from 'node:crypto';

import { generateSigningKeyPair } from '#primitives';

import { TestMember, labelText } from '../../support/delivery.js';
import { PUBLISH, TestMinistry, addDevice, byIdentity, must } from '../../support/ministry.js';

const PUBLISHED_AT_ONCE = 100;
const ADDED_AT_ONCE = 200;
const SEEDED_AT_ONCE = 16;

/** A device with its MLS state, and the token of its session. */
export interface Device {
  readonly member: TestMember;
  readonly token: string;
}

/** A ministry with one person who has as many devices as the benchmark needs, made through the API. */
export class World {
  private constructor(
    readonly ministry: TestMinistry,
    readonly devices: readonly Device[],
  ) {}

  static async found(url: string, count: number): Promise<World> {
    const ministry = await TestMinistry.found({ url } as TestMinistry['server']);
    const { officer } = ministry;
    const people = Array.from({ length: count }, () => {
      return { ...officer, deviceId: randomUUID(), device: generateSigningKeyPair() };
    });
    for (let from = 0; from < count; from += PUBLISHED_AT_ONCE) {
      const added = people.slice(from, from + PUBLISHED_AT_ONCE);
      const statements = added.map((person) => byIdentity(addDevice(person), person));
      must(await ministry.as(officer, PUBLISH, { statements }));
    }
    const devices = await inTurns(people, async (person) => {
      return { member: new TestMember(ministry, person), token: await ministry.token(person) };
    });
    return new World(ministry, devices);
  }

  /** A conversation of these devices in a state of their own; unless `joined`, only the first can encrypt and decrypt. */
  async converse(devices: readonly Device[], suite: number, joined: boolean): Promise<TestMember[]> {
    const members = devices.map(({ member }) => new TestMember(this.ministry, member.person, suite));
    const [founder, ...others] = members;
    if (!founder) throw new Error('a conversation has a founder');
    founder.startGroup(labelText('RESTRICTED'));
    await founder.createGroup();
    await inTurns(others, (member) => member.publishKeyPackages(1));
    for (let from = 0; from < others.length; from += ADDED_AT_ONCE) {
      const added = others.slice(from, from + ADDED_AT_ONCE);
      const result = await founder.commit({ add: await founder.claim(...added) });
      if (result.__typename !== 'CommitAccepted') throw new Error(JSON.stringify(result));
    }
    if (joined) await inTurns(others, (member) => member.join());
    return members;
  }
}

/** Does the work for all of them, a few at once; results in order. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const run = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as Item);
  };
  await Promise.all(Array.from({ length: SEEDED_AT_ONCE }, run));
  return results;
}
