import type { SecurityPolicy } from '../policy.js';
import { equivalencesFrom, levelsAt, plainValues } from './levels.js';
import { diplomaticPrecedences } from './precedences.js';

const ID = 'gbr';
/** The Government Security Classifications took the place of five levels on this day. */
const CLASSIFICATIONS_2014 = '2014-04-02T00:00:00Z';

/** The United Kingdom's Government Security Classifications: three tiers, with SENSITIVE as a step of its own within OFFICIAL. */
export const unitedKingdom: SecurityPolicy = {
  id: ID,
  name: 'United Kingdom Government Security Classifications',
  levels: levelsAt({
    0: ['OFFICIAL', 'OFFICIAL', 'O'],
    1: ['OFFICIAL_SENSITIVE', 'OFFICIAL-SENSITIVE', 'O-S'],
    3: ['SECRET', 'SECRET', 'S'],
    4: ['TOP_SECRET', 'TOP SECRET', 'TS'],
  }),
  categories: [
    {
      tag: 'COMPARTMENT',
      type: 'RESTRICTIVE',
      name: 'Special Handling',
      values: plainValues('ATOMIC', 'CRYPTO', 'STRAP 1', 'STRAP 2', 'STRAP 3'),
    },
    {
      tag: 'EYES_ONLY',
      type: 'PERMISSIVE',
      name: 'Eyes Only',
      values: plainValues('UK EYES ONLY', 'UK/US EYES ONLY', 'FIVE EYES ONLY'),
    },
    {
      tag: 'HANDLING',
      type: 'INFORMATIVE',
      name: 'Handling',
      values: [
        { id: 'RECIPIENTS_ONLY', marking: 'RECIPIENTS ONLY', excludes: ['FOR_PUBLIC_RELEASE'] },
        { id: 'HMG_USE_ONLY', marking: 'HMG USE ONLY', excludes: ['FOR_PUBLIC_RELEASE'] },
        { id: 'EMBARGOED', marking: 'EMBARGOED' },
        { id: 'FOR_PUBLIC_RELEASE', marking: 'FOR PUBLIC RELEASE' },
        { id: 'COMMERCIAL', marking: 'COMMERCIAL' },
        { id: 'LOCSEN', marking: 'LOCSEN' },
        { id: 'PERSONAL', marking: 'PERSONAL' },
        { id: 'LEGAL_PROFESSIONAL_PRIVILEGE', marking: 'LEGAL PROFESSIONAL PRIVILEGE' },
      ],
    },
  ],
  precedences: diplomaticPrecedences,
  stanag: { identifier: 'GBR' },
  equivalences: [
    ...equivalencesFrom('EU', ID, CLASSIFICATIONS_2014, [
      ['EU UNCLASSIFIED', 'OFFICIAL'],
      ['RESTREINT UE/EU RESTRICTED', 'OFFICIAL_SENSITIVE'],
      ['CONFIDENTIEL UE/EU CONFIDENTIAL', 'SECRET', 'upgrade'],
      ['SECRET UE/EU SECRET', 'SECRET'],
      ['TRÈS SECRET UE/EU TOP SECRET', 'TOP_SECRET'],
    ]),
    ...equivalencesFrom('NATO', ID, CLASSIFICATIONS_2014, [
      ['UNCLASSIFIED', 'OFFICIAL'],
      ['RESTRICTED', 'OFFICIAL_SENSITIVE'],
      ['CONFIDENTIAL', 'SECRET', 'upgrade'],
      ['SECRET', 'SECRET'],
      ['TOP SECRET', 'TOP_SECRET'],
    ]),
  ],
};
