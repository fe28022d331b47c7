import type { SecurityPolicy } from '../policy.js';
import { equivalencesFrom, levelsAt, plainValues } from './levels.js';
import { diplomaticPrecedences } from './precedences.js';

const ID = 'nato';

/** NATO's own levels and the categories that ADatP-4774, appendix 2, names. */
export const nato: SecurityPolicy = {
  id: ID,
  name: 'North Atlantic Treaty Organization',
  levels: levelsAt({
    0: ['UNCLASSIFIED', 'NATO UNCLASSIFIED', 'NU', 'UNCLASSIFIED'],
    1: ['RESTRICTED', 'NATO RESTRICTED', 'NR', 'RESTRICTED'],
    2: ['CONFIDENTIAL', 'NATO CONFIDENTIAL', 'NC', 'CONFIDENTIAL'],
    3: ['SECRET', 'NATO SECRET', 'NS', 'SECRET'],
    4: ['TOP_SECRET', 'COSMIC TOP SECRET', 'CTS', 'TOP SECRET'],
  }),
  categories: [
    {
      tag: 'CONTEXT',
      type: 'PERMISSIVE',
      name: 'Context',
      values: plainValues('NATO', 'EAPC', 'PFP', 'KFOR', 'RESOLUTE SUPPORT'),
    },
    { tag: 'ONLY', type: 'PERMISSIVE', name: 'Only', values: plainValues('GBR', 'FRA', 'USA', 'DEU', 'ITA', 'TUR') },
    {
      tag: 'RELEASABLE_TO',
      type: 'PERMISSIVE',
      name: 'Releasable To',
      prefix: 'REL TO',
      values: plainValues('EU', 'EAPC', 'PFP', 'ISAF', 'AUS', 'JPN', 'CHE', 'AUT', 'IRL'),
    },
    {
      tag: 'ADDITIONAL_SENSITIVITY',
      type: 'RESTRICTIVE',
      name: 'Additional Sensitivity',
      values: plainValues('ATOMAL', 'BOHEMIA', 'CRYPTO', 'SIOP'),
    },
    {
      tag: 'ADMINISTRATIVE',
      type: 'INFORMATIVE',
      name: 'Administrative',
      values: plainValues('COMMERCIAL', 'MANAGEMENT', 'MEDICAL', 'PERSONAL', 'STAFF'),
    },
  ],
  precedences: diplomaticPrecedences,
  stanag: { identifier: 'NATO', uri: 'urn:oid:1.3.26.1.3.1' },
  equivalences: equivalencesFrom('EU', ID, '2013-10-15T00:00:00Z', [
    ['RESTREINT UE/EU RESTRICTED', 'RESTRICTED'],
    ['CONFIDENTIEL UE/EU CONFIDENTIAL', 'CONFIDENTIAL'],
    ['SECRET UE/EU SECRET', 'SECRET'],
    ['TRÈS SECRET UE/EU TOP SECRET', undefined],
  ]),
};
