import type { Memory } from '../process.js';
import { round, table } from '../table.js';
import type { CatchUp } from './catchUp.js';
import type { DecryptedLatency, Latency } from './latency.js';
import type { Throughput } from './throughput.js';

export interface Cell {
  readonly senders: number;
  readonly groups: 'one' | 'many';
  readonly batch: number;
}

export interface SendRow extends Cell {
  readonly floor: Throughput;
  readonly single: Throughput;
  readonly batched: Throughput;
}

interface Both<Value> {
  readonly api: Value;
  readonly floor: Value;
}

export interface Report {
  readonly payloadBytes: number;
  readonly sends: readonly SendRow[];
  readonly decrypted: DecryptedLatency;
  readonly fanOut: Both<Latency>;
  readonly catchUp: Both<CatchUp>;
  readonly memory: { readonly atRest: Both<Memory>; readonly afterwards: Both<Memory> };
}

/** Ratios to the floor of the same run, and what they have to reach. */
export interface Goal {
  readonly name: string;
  readonly value: number;
  readonly goal: string;
  readonly met: boolean;
}

export function goalsOf({ sends, fanOut, catchUp }: Report): Goal[] {
  const row = (groups: Cell['groups']) => sends.find((cell) => cell.senders === 64 && cell.groups === groups);
  const [many, one] = [row('many'), row('one')];
  const ratio = (api?: Throughput, floor?: Throughput) => round((api?.perSecond ?? 0) / (floor?.perSecond ?? 1), 2);
  const atLeast = (name: string, value: number, least: number): Goal => {
    return { name, value, goal: `>= ${String(least)}`, met: value >= least };
  };
  const atMost = (name: string, value: number, most: number): Goal => {
    return { name, value, goal: `<= ${String(most)}`, met: value <= most };
  };
  return [
    atLeast('64 senders, 64 groups, single: ratio to floor', ratio(many?.single, many?.floor), 0.45),
    atLeast('64 senders, 64 groups, batches of 20: ratio to floor', ratio(many?.batched, many?.floor), 3),
    atLeast('64 senders, one group of 64, single: ratio to floor', ratio(one?.single, one?.floor), 0.35),
    atMost('one message to 1,000 receivers: p50 in ms', round(fanOut.api.p50), 60),
    atMost(
      'fetch of 10,000 messages: times the floor',
      round(catchUp.api.milliseconds / catchUp.floor.milliseconds, 2),
      3,
    ),
  ];
}

export function printTables(report: Report, seconds: number): void {
  const parts = [sendTable(report), latencyTable(report), restTable(report), goalTable(report)];
  process.stdout.write(
    `${parts.join('\n')}\n\n${String(seconds)} s, payloads of ${String(report.payloadBytes)} bytes\n\n`,
  );
}

function sendTable({ sends }: Report): string {
  const rows = sends.flatMap(({ senders, groups, floor, single, batched }) => {
    const name = `${String(senders)} senders, ${groups === 'one' ? 'one group' : `${String(senders)} groups`}`;
    const line = (what: string, { perSecond, p50, p99, deliveredPerSecond, missing }: Throughput) => {
      const numbers = [perSecond, perSecond / floor.perSecond, p50, p99, deliveredPerSecond, missing];
      const digits = [0, 2, 1, 1, 0, 0];
      return [`${name}: ${what}`, ...numbers.map((value, index) => value.toFixed(digits[index]))];
    };
    return [line('floor', floor), line('single', single), line('batches of 20', batched)];
  });
  const head = ['durable sends', '/s', 'ratio', 'p50 ms', 'p99 ms', 'delivered/s', 'missing'];
  return table('Durable sends, everybody subscribed', head, rows);
}

function latencyTable({ decrypted, fanOut }: Report): string {
  const line = (name: string, { p50, p99, max, samples }: Latency) => {
    return [name, p50.toFixed(1), p99.toFixed(1), max.toFixed(1), String(samples)];
  };
  return table(
    'Latency',
    ['', 'p50 ms', 'p99 ms', 'max ms', 'samples'],
    [
      line(`send to decrypted, ${decrypted.sentPerSecond.toFixed(0)} messages/s, 200 devices`, decrypted),
      line('one message to 1,000 receivers', fanOut.api),
      line('the floor to 1,000 receivers', fanOut.floor),
    ],
  );
}

function restTable({ catchUp, memory: { atRest, afterwards } }: Report): string {
  const both = (name: string, api: number, floor: number) => [name, api.toFixed(0), floor.toFixed(0)];
  return table(
    'Catching up and memory',
    ['', 'server', 'floor'],
    [
      both('fetch of 10,000 messages, ms', catchUp.api.milliseconds, catchUp.floor.milliseconds),
      both('resident memory after seeding, MiB', atRest.api.rss, atRest.floor.rss),
      both('resident memory in the end, MiB', afterwards.api.rss, afterwards.floor.rss),
    ],
  );
}

function goalTable(report: Report): string {
  const rows = goalsOf(report).map(({ name, value, goal, met }) => [name, String(value), goal, met ? 'yes' : 'NO']);
  return table('Goals', ['', 'measured', 'goal', 'met'], rows);
}
