import { ready, toBase64 } from '#primitives';
import { defaultSuite } from '#mls';

import type { TestMember } from '../../support/delivery.js';
import { memory, serveParent } from '../process.js';
import { catchUpApi, catchUpFloor } from './catchUp.js';
import { fanOutApi, fanOutFloor, sendToDecrypted } from './latency.js';
import type { Conversation } from './latency.js';
import { measureApi, measureFloor } from './throughput.js';
import type { Route } from './throughput.js';
import { World } from './world.js';

const RECEIVERS = 1_000;
const CONNECTED = 200;
const CONVERSATION = 10;
const SENDERS = [1, 16, 64];
const PREPARED = 8;
const TEXT = 'The ambassador asks for instructions before the meeting of the committee on Friday morning. '.repeat(4);

/** The load: one process that speaks to the server and to the floor in the same way. */
interface Prepared {
  readonly api: string;
  readonly floor: string;
  readonly world: World;
  /** By number of members: one conversation of all of them. */
  readonly shared: ReadonlyMap<number, readonly Route[]>;
  /** One conversation for each sender alone. */
  readonly own: readonly Route[];
  readonly conversations: readonly Conversation[];
  readonly crowd: Route;
  readonly long: Route;
}

let prepared: Prepared;

interface Addresses {
  readonly api: string;
  readonly floor: string;
}

async function prepare({ api, floor }: Addresses): Promise<string[]> {
  await ready();
  const world = await World.found(api, RECEIVERS + 1);
  const shared = new Map<number, readonly Route[]>();
  for (const count of SENDERS) shared.set(count, await sharedBy(world, count));
  const own: Route[] = [];
  for (const device of world.devices.slice(0, Math.max(...SENDERS))) own.push(await alone(world, device));
  const conversations: Conversation[] = [];
  for (let from = 0; from < CONNECTED; from += CONVERSATION) {
    const devices = world.devices.slice(from, from + CONVERSATION);
    conversations.push({ devices, members: await world.converse(devices, defaultSuite, true) });
  }
  const [crowd] = await sharedBy(world, RECEIVERS + 1);
  const [device] = world.devices;
  if (!crowd || !device) throw new Error('the world has devices');
  prepared = { api, floor, world, shared, own, conversations, crowd, long: await alone(world, device) };
  return [...new Set([...[...shared.values()].flat(), ...own, crowd, prepared.long].map(({ groupId }) => groupId))];
}

/** One conversation of the first devices; the founder's ciphertexts are sent by all of them. */
async function sharedBy(world: World, count: number): Promise<Route[]> {
  const devices = world.devices.slice(0, count);
  const [founder] = await world.converse(devices, defaultSuite, false);
  if (!founder) throw new Error('a conversation has a founder');
  const payloads = encrypted(founder);
  return devices.map((device) => ({ device, groupId: founder.groupId, payloads }));
}

async function alone(world: World, device: Route['device']): Promise<Route> {
  const [founder] = await world.converse([device], defaultSuite, false);
  if (!founder) throw new Error('a conversation has a founder');
  return { device, groupId: founder.groupId, payloads: encrypted(founder) };
}

function encrypted(founder: TestMember): string[] {
  return Array.from({ length: PREPARED }, () => toBase64(founder.message(TEXT)));
}

interface Cell {
  readonly senders: number;
  readonly groups: 'one' | 'many';
  readonly batch: number;
}

function routesFor({ senders, groups }: Cell): readonly Route[] {
  return groups === 'one' ? (prepared.shared.get(senders) ?? []) : prepared.own.slice(0, senders);
}

serveParent({
  prepare,
  payloadBytes: () => Buffer.from(prepared.long.payloads[0] ?? '', 'base64').length,
  sendApi: (cell: Cell) => measureApi(prepared.api, routesFor(cell), cell.batch),
  sendFloor: (cell: Cell) => measureFloor(prepared.floor, routesFor(cell)),
  decrypted: () => sendToDecrypted(prepared.api, prepared.conversations),
  fanOutApi: () => fanOutApi(prepared.api, prepared.crowd, prepared.world.devices.slice(1)),
  fanOutFloor: () => fanOutFloor(prepared.floor, prepared.crowd, RECEIVERS),
  catchUpApi: () => catchUpApi(prepared.api, prepared.long),
  catchUpFloor: () => catchUpFloor(prepared.floor, prepared.long),
  memory,
});
