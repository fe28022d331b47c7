import type { SecurityPolicy } from '../policy.js';
import { equivalencesFrom, levelsAt, plainValues } from './levels.js';
import { diplomaticPrecedences } from './precedences.js';

const ID = 'usa';
const SINCE = '2010-06-27T00:00:00Z';

/** The United States' levels (Executive Order 13526), control systems, dissemination controls and the captions of the Department of State. */
export const unitedStates: SecurityPolicy = {
  id: ID,
  name: 'United States national security information',
  levels: levelsAt({
    0: ['UNCLASSIFIED', 'UNCLASSIFIED', 'U'],
    2: ['CONFIDENTIAL', 'CONFIDENTIAL', 'C'],
    3: ['SECRET', 'SECRET', 'S'],
    4: ['TOP_SECRET', 'TOP SECRET', 'TS'],
  }),
  categories: [
    {
      tag: 'CONTROL_SYSTEM',
      type: 'RESTRICTIVE',
      name: 'SCI Control System',
      values: [
        { id: 'HCS', marking: 'HCS' },
        { id: 'SI', marking: 'SI' },
        { id: 'TK', marking: 'TALENT KEYHOLE', portion: 'TK' },
        { id: 'RD', marking: 'RESTRICTED DATA', portion: 'RD' },
        { id: 'FRD', marking: 'FORMERLY RESTRICTED DATA', portion: 'FRD' },
      ],
    },
    {
      tag: 'CAPTION',
      type: 'RESTRICTIVE',
      name: 'Caption',
      values: [
        { id: 'NODIS', marking: 'NODIS', portion: 'ND', excludes: ['EXDIS', 'STADIS'] },
        { id: 'EXDIS', marking: 'EXDIS', portion: 'XD', excludes: ['STADIS'] },
        { id: 'STADIS', marking: 'STADIS' },
        { id: 'ROGER', marking: 'ROGER CHANNEL' },
        { id: 'DISSENT', marking: 'DISSENT CHANNEL' },
      ],
    },
    {
      tag: 'NOFORN',
      type: 'RESTRICTIVE',
      name: 'Foreign Disclosure',
      values: [{ id: 'NOFORN', marking: 'NOFORN', portion: 'NF' }],
    },
    {
      tag: 'RELEASABLE_TO',
      type: 'PERMISSIVE',
      name: 'Releasable To',
      prefix: 'REL TO',
      values: plainValues('USA', 'AUS', 'CAN', 'GBR', 'NZL', 'FVEY', 'NATO', 'ISR', 'JPN', 'KOR', 'UZB'),
    },
    {
      tag: 'DISSEMINATION',
      type: 'INFORMATIVE',
      name: 'Dissemination',
      values: [
        { id: 'ORCON', marking: 'ORIGINATOR CONTROLLED', portion: 'OC' },
        { id: 'PROPIN', marking: 'PROPRIETARY INFORMATION', portion: 'PR' },
        { id: 'RELIDO', marking: 'RELIDO' },
        { id: 'LIMDIS', marking: 'LIMDIS', portion: 'DS' },
        { id: 'SBU', marking: 'SENSITIVE BUT UNCLASSIFIED', portion: 'SBU' },
      ],
    },
  ],
  precedences: diplomaticPrecedences,
  stanag: { identifier: 'USA' },
  equivalences: [
    ...equivalencesFrom('EU', ID, SINCE, [
      ['RESTREINT UE/EU RESTRICTED', 'CONFIDENTIAL', 'upgrade'],
      ['CONFIDENTIEL UE/EU CONFIDENTIAL', 'CONFIDENTIAL'],
      ['SECRET UE/EU SECRET', 'SECRET'],
      ['TRÈS SECRET UE/EU TOP SECRET', 'TOP_SECRET'],
    ]),
    ...equivalencesFrom('NATO', ID, SINCE, [
      ['UNCLASSIFIED', 'UNCLASSIFIED'],
      ['RESTRICTED', 'CONFIDENTIAL', 'upgrade'],
      ['CONFIDENTIAL', 'CONFIDENTIAL'],
      ['SECRET', 'SECRET'],
      ['TOP SECRET', 'TOP_SECRET'],
    ]),
  ],
};
