import { round } from '../table.js';
import type { Findings } from './contract.js';
import { coreCryptoName } from './coreCrypto.js';
import { counted, operations } from './groups.js';
import type { Tree } from './groups.js';
import { senderKeyName } from './libsignal.js';
import { hybrid, ourName, ourSuites } from './ours.js';
import { curveOperations, goalSize, kemFloorName } from './scenario.js';

/** A ratio of two values of the same run and the most that it may be. */
export interface Goal {
  readonly platform: string;
  readonly name: string;
  readonly goal: string;
  /** Absent if one of the two was not measured, as where a peer is not installed. */
  readonly value: number | undefined;
  readonly met: boolean | undefined;
}

interface Ratio {
  readonly name: string;
  readonly over: number | undefined;
  readonly under: number | undefined;
  readonly most: number;
}

/** The goals that this platform can be held to: libsignal is native, and what is stored is the same everywhere. */
export function goalsOf(findings: Findings): Goal[] {
  const timed = [...commitRatios(findings), ...hybridRatios(findings), ...curveRatios(findings)];
  const ratios =
    findings.platform === 'Node' ? [...messageRatios(findings), ...timed, ...storeRatios(findings)] : timed;
  return ratios.map((ratio) => evaluate(findings.platform, ratio));
}

export function evaluate(platform: string, { name, over, under, most }: Ratio): Goal {
  const goal = `<= ${String(most)}`;
  if (over === undefined || under === undefined) return { platform, name, goal, value: undefined, met: undefined };
  const value = over / under;
  return { platform, name, goal, value: round(value, 2), met: value <= most };
}

function messageRatios(findings: Findings): Ratio[] {
  return ourSuites.flatMap((suite) =>
    (
      [
        ['encrypt', 1.3],
        ['decrypt', 2],
      ] as const
    ).map(([operation, most]) => ({
      name: `${ourName(suite)}, ${operation} at 100 / libsignal sender key`,
      over: median(findings, operation, ourName(suite), 100),
      under: median(findings, operation, senderKeyName, 100),
      most,
    })),
  );
}

function commitRatios(findings: Findings): Ratio[] {
  return ourSuites.flatMap((suite) =>
    (['cold', 'warm'] as const).map((tree: Tree) => ({
      name: `${ourName(suite)}, update, process at 500 / core-crypto at ${String(goalSize)}, ${tree} tree`,
      over: median(findings, operations.processUpdate(tree), ourName(suite), 500),
      under: median(findings, operations.processUpdate(tree), coreCryptoName('memory'), goalSize),
      most: 1,
    })),
  );
}

function hybridRatios(findings: Findings): Ratio[] {
  const operation = operations.createUpdate('cold');
  return [
    {
      name: `${ourName(hybrid)}, update, create at 500, cold tree / its raw KEM operations`,
      over: median(findings, operation, ourName(hybrid), 500),
      under: median(findings, operation, kemFloorName, 500),
      most: 1.5,
    },
  ];
}

/** What grows with log n just doubles from n to n²; a quarter more is left to the noise of the run. */
const mostGrowth = 2.5;

function curveRatios(findings: Findings): Ratio[] {
  const { create, process } = curveOperations;
  const sizes = findings.measurements.filter(({ operation }) => operation === create).map(({ size }) => size);
  const largest = Math.max(...sizes);
  const root = Math.sqrt(largest);
  return [create, process].map((operation) => ({
    name: `${ourName(hybrid)}, ${operation} at ${String(largest)} / at ${String(root)}, warm tree`,
    over: median(findings, operation, ourName(hybrid), largest),
    under: median(findings, operation, ourName(hybrid), root),
    most: mostGrowth,
  }));
}

/** 10 to 1000 members: what a message stores may not grow, what a commit stores only as log n does, which is threefold. */
function storeRatios(findings: Findings): Ratio[] {
  const name = ourName(hybrid);
  const growth = (what: string, most: number): Ratio => ({
    name: `${name}, ${what}: at 1000 / at 10`,
    over: count(findings, what, name, 1000),
    under: count(findings, what, name, 10),
    most,
  });
  return [
    growth(counted.changedBySend, 1.1),
    growth(counted.changedByReceive, 1.1),
    growth(counted.recordsOfCommit, 3),
    {
      name: `${name}, ${counted.changedByCommit} / ${counted.state}, at 1000`,
      over: count(findings, counted.changedByCommit, name, 1000),
      under: count(findings, counted.state, name, 1000),
      most: 0.1,
    },
  ];
}

function median({ measurements }: Findings, operation: string, implementation: string, size: number) {
  return measurements.find((one) => {
    return one.operation === operation && one.implementation === implementation && one.size === size;
  })?.median;
}

function count({ counts }: Findings, what: string, implementation: string, size: number) {
  return counts.find((one) => one.what === what && one.implementation === implementation && one.size === size)?.value;
}
