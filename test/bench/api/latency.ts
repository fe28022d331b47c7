import { setTimeout as delay } from 'node:timers/promises';

import { SEND } from '../../support/delivery.js';
import type { TestMember } from '../../support/delivery.js';
import { percentile } from '../table.js';
import { send } from './http.js';
import { closeAll, subscribeApi, subscribeFloor } from './sockets.js';
import type { Device } from './world.js';
import type { Route } from './throughput.js';

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly samples: number;
}

export interface DecryptedLatency extends Latency {
  /** What was really sent; less than was meant when the machine is too busy. */
  readonly sentPerSecond: number;
}

/** A conversation whose members all encrypt and decrypt. */
export interface Conversation {
  readonly devices: readonly Device[];
  readonly members: readonly TestMember[];
}

const PER_SECOND = 100;
const MEASURED_MS = 8_000;
const DRAIN_MS = 2_000;
const TEXT = 'The delegation arrives on Thursday; please confirm the programme by tomorrow noon. ';

interface Hint {
  readonly payload: { readonly data: { readonly hints: { readonly envelope: { readonly payload: string } | null } } };
}

/**
 * From before a message is encrypted until another member has decrypted it: devices of all conversations take turns to
 * send, at a fixed rate, whether or not the last message has arrived.
 */
export async function sendToDecrypted(url: string, conversations: readonly Conversation[]): Promise<DecryptedLatency> {
  const latencies: number[] = [];
  const hear = (member: TestMember) => (data: Buffer) => {
    const { envelope } = (JSON.parse(data.toString()) as Hint).payload.data.hints;
    if (!envelope) return;
    const opened = open(member, Buffer.from(envelope.payload, 'base64'));
    if (opened) latencies.push(performance.now() - Number(opened.split('|')[1]));
  };
  const all = conversations.flatMap(({ devices, members }) =>
    devices.map((device, index) => ({ device, member: members[index] as TestMember })),
  );
  const sockets = await Promise.all(all.map(({ device, member }) => subscribeApi(url, device.token, hear(member))));
  const startedAt = performance.now();
  const sends: Promise<unknown>[] = [];
  for (let index = 0; performance.now() - startedAt < MEASURED_MS; index++) {
    const { device, member } = all[(index * 7) % all.length] as (typeof all)[number];
    const text = `${TEXT}|${String(performance.now())}`;
    const envelopes = [member.envelope(member.message(text))];
    sends.push(send(`${url}/graphql`, 'POST', JSON.stringify({ query: SEND, variables: { envelopes } }), device.token));
    await delay(Math.max(0, startedAt + ((index + 1) * 1000) / PER_SECOND - performance.now()));
  }
  const sentPerSecond = (1000 * sends.length) / (performance.now() - startedAt);
  await Promise.all(sends);
  await delay(DRAIN_MS);
  await closeAll(sockets);
  return { ...summary(latencies), sentPerSecond };
}

/** The text of a message, unless it is this device's own. */
function open(member: TestMember, payload: Buffer): string | undefined {
  try {
    return Buffer.from(member.group.decrypt(payload).plaintext).toString();
  } catch {
    return undefined;
  }
}

const ROUNDS = 30;
const PAUSE_MS = 100;

/** One message at a time to very many sockets: from the request until each has received it. */
export async function fanOutApi(url: string, route: Route, receivers: readonly Device[]): Promise<Latency> {
  const heard = new Arrivals(receivers.length);
  const sockets = await Promise.all(receivers.map(({ token }) => subscribeApi(url, token, heard.hear)));
  const { groupId, payloads, device } = route;
  const latencies = await rounds(heard, (round) => {
    const payload = payloads[round % payloads.length];
    const idempotencyKey = Buffer.alloc(16, round).toString('base64');
    const variables = { envelopes: [{ groupId, payload, idempotencyKey }] };
    return send(`${url}/graphql`, 'POST', JSON.stringify({ query: SEND, variables }), device.token);
  });
  await closeAll(sockets);
  return summary(latencies);
}

/** The same against the floor. */
export async function fanOutFloor(
  url: string,
  { groupId: room, payloads }: Route,
  receivers: number,
): Promise<Latency> {
  const heard = new Arrivals(receivers);
  const sockets = await Promise.all(Array.from({ length: receivers }, () => subscribeFloor(url, [room], heard.hear)));
  const latencies = await rounds(heard, (round) => {
    const payload = payloads[round % payloads.length];
    return send(url, 'POST', JSON.stringify({ room, sender: 'sender', payload }));
  });
  await closeAll(sockets);
  return summary(latencies);
}

/** Notes when each socket has received and parsed the message of a round. */
class Arrivals {
  latencies: number[] = [];
  #sentAt = 0;
  #left = 0;
  #all: (() => void) | undefined;

  constructor(private readonly receivers: number) {}

  readonly hear = (data: Buffer) => {
    JSON.parse(data.toString());
    this.latencies.push(performance.now() - this.#sentAt);
    this.#left -= 1;
    if (this.#left === 0) this.#all?.();
  };

  /** Resolves when everybody has it. */
  async round(start: () => Promise<unknown>): Promise<void> {
    this.#left = this.receivers;
    const all = new Promise<void>((resolve) => {
      this.#all = resolve;
    });
    this.#sentAt = performance.now();
    await Promise.all([start(), all]);
  }
}

async function rounds(heard: Arrivals, sendOne: (round: number) => Promise<unknown>): Promise<number[]> {
  for (let round = 0; round < ROUNDS; round++) {
    await heard.round(() => sendOne(round));
    await delay(PAUSE_MS);
    // the first rounds find everything cold
    if (round === 2) heard.latencies = [];
  }
  return heard.latencies;
}

function summary(latencies: readonly number[]): Latency {
  const sorted = Float64Array.from(latencies).sort();
  const [p50, p99, max] = [percentile(sorted, 0.5), percentile(sorted, 0.99), percentile(sorted, 1)];
  return { p50, p99, max, samples: sorted.length };
}
