import { genericMinistry } from '#policy';
import type { CategoryValues, Label } from '#policy';

const COMPARTMENTS = ['CRYPTO', 'INTEL', 'NEGOTIATION'];
const RELEASABLE = [[], ['HOME_STAFF'], ['LOCAL_STAFF'], ['HOME_STAFF', 'LOCAL_STAFF', 'SECONDED_STAFF']];
const HANDLING = [[], ['LIMDIS'], ['NOFORN']];

/** Somebody who reads most compartments, some releasabilities and four of five levels: of every category something stays hidden. */
export const READER = {
  level: 'SECRET',
  categories: [
    { tag: 'COMPARTMENT', values: ['CRYPTO', 'NEGOTIATION'] },
    { tag: 'RELEASABLE_TO', values: ['LOCAL_STAFF', 'SECONDED_STAFF'] },
  ],
};

/** Somebody who may file under every label. */
export const WRITER = {
  level: 'TOP_SECRET',
  categories: [
    { tag: 'COMPARTMENT', values: COMPARTMENTS },
    { tag: 'RELEASABLE_TO', values: RELEASABLE[3] ?? [] },
  ],
};

/** Every label that the benchmark files under: levels × compartments × releasability × handling. */
export function manyLabels(): Label[] {
  return genericMinistry.levels.flatMap(({ id: level }) =>
    subsets(COMPARTMENTS).flatMap((compartments) =>
      RELEASABLE.flatMap((releasable) =>
        HANDLING.map((handling) => ({
          policy: genericMinistry.id,
          level,
          categories: present([
            { tag: 'COMPARTMENT', values: compartments },
            { tag: 'HANDLING', values: handling },
            { tag: 'RELEASABLE_TO', values: releasable },
          ]),
        })),
      ),
    ),
  );
}

const present = (categories: readonly CategoryValues[]): CategoryValues[] =>
  categories.filter(({ values }) => values.length > 0);

function subsets(values: readonly string[]): string[][] {
  return values.reduce<string[][]>((sets, value) => [...sets, ...sets.map((set) => [...set, value])], [[]]);
}
