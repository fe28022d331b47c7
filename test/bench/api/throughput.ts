import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type WebSocket from 'ws';

import { SEND } from '../../support/delivery.js';
import { percentile } from '../table.js';
import { send } from './http.js';
import { closeAll, subscribeApi, subscribeFloor } from './sockets.js';
import type { Device } from './world.js';

const WARM_MS = 700;
const MEASURED_MS = 2_500;
const DRAIN_MS = 5_000;

/** Where a sender sends to, and what. */
export interface Route {
  readonly device: Device;
  readonly groupId: string;
  /** Base64 of PrivateMessages that were encrypted beforehand; the server can't tell that they are sent more than once. */
  readonly payloads: readonly string[];
}

export interface Throughput {
  /** Messages acknowledged as durable. */
  readonly perSecond: number;
  /** Milliseconds from request to acknowledgement. */
  readonly p50: number;
  readonly p99: number;
  /** Messages that sockets received, and how many of those that they should have are missing in the end. */
  readonly deliveredPerSecond: number;
  readonly missing: number;
}

interface Target {
  readonly sockets: readonly WebSocket[];
  /** Messages that the sockets have received so far. */
  readonly delivered: () => number;
  /** Sends and resolves with the number of messages that were acknowledged. */
  readonly send: (sender: number) => Promise<number>;
  /** Sockets that receive a message of this sender. */
  readonly receivers: (sender: number) => number;
}

/** All routes send as fast as they are answered, all of them subscribed. */
export async function measureApi(url: string, routes: readonly Route[], batch: number): Promise<Throughput> {
  let delivered = 0;
  const heard = () => {
    delivered += 1;
  };
  const sockets = await Promise.all(routes.map(({ device }) => subscribeApi(url, device.token, heard)));
  const bodies = routes.map((route) => bodyMaker(route, batch));
  const sendOne = async (sender: number) => {
    const text = await send(`${url}/graphql`, 'POST', bodies[sender]?.(), routes[sender]?.device.token);
    if (text.includes('"Refusal"') || text.includes('"errors"')) throw new Error(text.slice(0, 500));
    return batch;
  };
  return measure({
    sockets,
    delivered: () => delivered,
    send: sendOne,
    receivers: (sender) => countOf(routes, sender),
  });
}

/** The same against the floor, which takes one message a request. */
export async function measureFloor(url: string, routes: readonly Route[]): Promise<Throughput> {
  let delivered = 0;
  const heard = () => {
    delivered += 1;
  };
  const sockets = await Promise.all(routes.map(({ groupId }) => subscribeFloor(url, [groupId], heard)));
  const sendOne = async (sender: number) => {
    const { device, groupId: room, payloads } = routes[sender] as Route;
    const payload = payloads[sender % payloads.length];
    await send(url, 'POST', JSON.stringify({ room, sender: device.member.person.deviceId, payload }));
    return 1;
  };
  return measure({
    sockets,
    delivered: () => delivered,
    send: sendOne,
    receivers: (sender) => countOf(routes, sender),
  });
}

function countOf(routes: readonly Route[], sender: number): number {
  return routes.filter(({ groupId }) => groupId === routes[sender]?.groupId).length;
}

function bodyMaker({ groupId, payloads }: Route, batch: number): () => string {
  const head = `{"query":${JSON.stringify(SEND)},"variables":{"envelopes":[`;
  const starts = payloads.map((payload) => `{"groupId":"${groupId}","payload":"${payload}","idempotencyKey":"`);
  let next = 0;
  return () => {
    const envelopes = Array.from({ length: batch }, () => {
      return `${starts[next++ % starts.length] ?? ''}${randomBytes(16).toString('base64')}"}`;
    });
    return `${head}${envelopes.join(',')}]}}`;
  };
}

async function measure({ sockets, delivered, send: sendOne, receivers }: Target): Promise<Throughput> {
  let expected = 0;
  const run = async (sender: number, until: number, latencies: number[]) => {
    for (let now = performance.now(); now < until; now = performance.now()) {
      const count = await sendOne(sender);
      expected += count * receivers(sender);
      for (let message = 0; message < count; message++) latencies.push(performance.now() - now);
    }
  };
  const runAll = (until: number, latencies: number[]) =>
    Promise.all(sockets.map((_, sender) => run(sender, until, latencies)));
  await runAll(performance.now() + WARM_MS, []);
  const [startedAt, deliveredBefore] = [performance.now(), delivered()];
  const latencies: number[] = [];
  await runAll(startedAt + MEASURED_MS, latencies);
  const seconds = (performance.now() - startedAt) / 1000;
  const deliveredPerSecond = (delivered() - deliveredBefore) / seconds;
  await untilDelivered(() => delivered() >= expected);
  await closeAll(sockets);
  const sorted = Float64Array.from(latencies).sort();
  return {
    perSecond: latencies.length / seconds,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    deliveredPerSecond,
    missing: expected - delivered(),
  };
}

async function untilDelivered(isDone: () => boolean): Promise<void> {
  const until = performance.now() + DRAIN_MS;
  while (!isDone() && performance.now() < until) await delay(20);
}
