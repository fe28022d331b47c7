import type { PolicyEquivalence, PolicyLevel, RotationRule } from '../policy.js';

/** One colour and one rotation for each of five steps of sensitivity, so that all presets look and behave alike. */
const STEPS: readonly { readonly colour: string; readonly rotation: RotationRule }[] = [
  { colour: '#2e7d32', rotation: { days: 30, messages: 5000 } },
  { colour: '#1565c0', rotation: { days: 14, messages: 2000 } },
  { colour: '#6a1b9a', rotation: { days: 7, messages: 1000 } },
  { colour: '#c62828', rotation: { days: 3, messages: 500 } },
  { colour: '#e65100', rotation: { days: 1, messages: 200 } },
];

/** Words of a level: id, marking, portion mark, and the name in STANAG 4774 labels where that is another. */
export type LevelWords = readonly [id: string, marking: string, portion: string, classification?: string];

/** Levels at given steps (0 open … 4 top secret), which are also their ranks. */
export function levelsAt(words: Readonly<Record<number, LevelWords>>): PolicyLevel[] {
  return Object.entries(words).map(([step, [id, marking, portion, classification]]) => {
    const look = STEPS[Number(step)];
    if (!look) throw new RangeError('a level stands at a step from 0 to 4');
    return {
      id,
      rank: Number(step),
      marking,
      portion,
      ...look,
      ...(classification === undefined ? {} : { classification }),
    };
  });
}

/** Values whose portion mark is their marking. */
export function plainValues(...markings: readonly string[]): { id: string; marking: string }[] {
  return markings.map((marking) => ({
    id: marking
      .toUpperCase()
      .normalize('NFD')
      .replace(/\p{Mn}/gu, '')
      .replace(/[^A-Z0-9]+/gu, '_'),
    marking,
  }));
}

const REFUSED = { action: 'refuse' } as const;

type Row = readonly [
  fromLevel: string,
  toLevel: string | undefined,
  action?: 'map' | 'upgrade',
  during?: { from?: string; to?: string },
];

/** Rows from one policy into another; without a level they refuse. */
export function equivalencesFrom(
  fromPolicy: string,
  toPolicy: string,
  since: string,
  rows: readonly Row[],
): PolicyEquivalence[] {
  return rows.map(([fromLevel, toLevel, action = 'map', { from = since, to } = {}]) => ({
    fromPolicy,
    fromLevel,
    validFrom: from,
    ...(to === undefined ? {} : { validTo: to }),
    toPolicy,
    ...(toLevel === undefined ? REFUSED : { toLevel, action }),
  }));
}
