import type { SecurityPolicy } from '../policy.js';
import { equivalencesFrom, levelsAt, plainValues } from './levels.js';
import { diplomaticPrecedences } from './precedences.js';

const ID = 'fra';
/** From here on two levels take the place of three (general interministerial instruction 1300, article R. 2311-2 of the code of defence). */
const REFORM_2021 = '2021-06-30T22:00:00Z';
/** Decree 81-514, which brought the three levels before the reform. */
const DECREE_1981 = '1981-05-12T00:00:00Z';

/** France since the reform of 2021. DIFFUSION RESTREINTE is a mention and no level in French law; it stands here as the step that it is in practice. */
export const france: SecurityPolicy = {
  id: ID,
  name: 'Secret de la défense nationale',
  levels: levelsAt({
    0: ['NON_PROTEGE', 'NON PROTÉGÉ', 'NP'],
    1: ['DIFFUSION_RESTREINTE', 'DIFFUSION RESTREINTE', 'DR'],
    3: ['SECRET', 'SECRET', 'S'],
    4: ['TRES_SECRET', 'TRÈS SECRET', 'TS'],
  }),
  categories: [
    {
      tag: 'CLASSIFICATION_SPECIALE',
      type: 'RESTRICTIVE',
      name: 'Classification spéciale',
      values: plainValues('CRYPTO', 'ACSSI', 'ATOMAL'),
    },
    { tag: 'SPECIAL_FRANCE', type: 'RESTRICTIVE', name: 'Spécial France', values: plainValues('SPÉCIAL FRANCE') },
    {
      tag: 'DIFFUSION',
      type: 'PERMISSIVE',
      name: 'Communicable à',
      prefix: 'COMMUNICABLE À',
      values: plainValues('UE', 'OTAN', 'DEU', 'GBR', 'ITA', 'ESP', 'USA'),
    },
    {
      tag: 'MENTION',
      type: 'INFORMATIVE',
      name: 'Mention',
      values: plainValues('PERSONNEL', 'CONFIDENTIEL MÉDICAL', 'CONFIDENTIEL INDUSTRIE'),
    },
  ],
  precedences: diplomaticPrecedences,
  stanag: { identifier: 'FRA' },
  equivalences: [
    ...equivalencesFrom('EU', ID, REFORM_2021, [
      ['EU UNCLASSIFIED', 'NON_PROTEGE'],
      ['RESTREINT UE/EU RESTRICTED', 'DIFFUSION_RESTREINTE'],
      ['CONFIDENTIEL UE/EU CONFIDENTIAL', 'SECRET', 'upgrade'],
      ['SECRET UE/EU SECRET', 'SECRET'],
      ['TRÈS SECRET UE/EU TOP SECRET', 'TRES_SECRET'],
    ]),
    ...equivalencesFrom('NATO', ID, REFORM_2021, [
      ['UNCLASSIFIED', 'NON_PROTEGE'],
      ['RESTRICTED', 'DIFFUSION_RESTREINTE'],
      ['CONFIDENTIAL', 'SECRET', 'upgrade'],
      ['SECRET', 'SECRET'],
      ['TOP SECRET', 'TRES_SECRET'],
    ]),
    // What France itself wrote before the reform keeps its protection.
    ...equivalencesFrom('FRA', ID, DECREE_1981, [
      ['CONFIDENTIEL DÉFENSE', 'SECRET', 'upgrade'],
      ['SECRET DÉFENSE', 'SECRET'],
      ['TRÈS SECRET DÉFENSE', 'TRES_SECRET'],
    ]),
  ],
};
