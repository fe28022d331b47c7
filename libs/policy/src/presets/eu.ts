import type { SecurityPolicy } from '../policy.js';
import { equivalencesFrom, levelsAt, plainValues } from './levels.js';
import { diplomaticPrecedences } from './precedences.js';

const SINCE_2013 = '2013-10-15T00:00:00Z';
const FRANCE_2021 = '2021-06-30T22:00:00Z';
const ID = 'eu';

/** EU classified information by Council Decision 2013/488/EU, with LIMITE and the French levels of appendix B as amended by (EU) 2021/1075. */
export const europeanUnion: SecurityPolicy = {
  id: ID,
  name: 'European Union classified information',
  levels: levelsAt({
    0: ['EU_UNCLASSIFIED', 'EU UNCLASSIFIED', 'EU-U'],
    1: ['RESTREINT_UE', 'RESTREINT UE/EU RESTRICTED', 'R-UE/EU-R'],
    2: ['CONFIDENTIEL_UE', 'CONFIDENTIEL UE/EU CONFIDENTIAL', 'C-UE/EU-C'],
    3: ['SECRET_UE', 'SECRET UE/EU SECRET', 'S-UE/EU-S'],
    4: ['TRES_SECRET_UE', 'TRÈS SECRET UE/EU TOP SECRET', 'TS-UE/EU-TS'],
  }),
  categories: [
    { tag: 'SPECIAL', type: 'RESTRICTIVE', name: 'Special Handling', values: plainValues('CRYPTO', 'ATOMAL') },
    {
      tag: 'RELEASABLE_TO',
      type: 'PERMISSIVE',
      name: 'Releasable To',
      prefix: 'REL TO',
      values: plainValues('EU', 'NATO', 'UN', 'OSCE', 'ISL', 'NOR', 'CHE', 'GBR', 'USA'),
    },
    {
      tag: 'DISTRIBUTION',
      type: 'INFORMATIVE',
      name: 'Distribution',
      values: plainValues('LIMITE', 'CORRESPONDENCE', 'STAFF MATTER'),
    },
  ],
  precedences: diplomaticPrecedences,
  stanag: { identifier: 'EU' },
  equivalences: [
    ...equivalencesFrom('FRA', ID, SINCE_2013, [
      ['DIFFUSION RESTREINTE', 'RESTREINT_UE'],
      ['CONFIDENTIEL DÉFENSE', 'CONFIDENTIEL_UE'],
      ['SECRET DÉFENSE', 'SECRET_UE'],
      ['TRÈS SECRET DÉFENSE', 'TRES_SECRET_UE'],
      ['SECRET', 'SECRET_UE', 'map', { from: FRANCE_2021 }],
      ['TRÈS SECRET', 'TRES_SECRET_UE', 'map', { from: FRANCE_2021 }],
    ]),
    ...equivalencesFrom('NATO', ID, SINCE_2013, [
      ['UNCLASSIFIED', 'EU_UNCLASSIFIED'],
      ['RESTRICTED', 'RESTREINT_UE'],
      ['CONFIDENTIAL', 'CONFIDENTIEL_UE'],
      ['SECRET', 'SECRET_UE'],
      ['TOP SECRET', undefined],
    ]),
  ],
};
