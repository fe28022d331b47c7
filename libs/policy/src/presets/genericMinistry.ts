import type { SecurityPolicy } from '../policy.js';
import { diplomaticPrecedences } from './precedences.js';

/** A policy that any foreign ministry can start with: five levels, need-to-know compartments, releasability, handling words. */
export const genericMinistry: SecurityPolicy = {
  id: 'generic-ministry',
  name: 'Generic ministry of foreign affairs',
  levels: [
    {
      id: 'UNCLASSIFIED',
      rank: 0,
      marking: 'UNCLASSIFIED',
      portion: 'U',
      colour: '#2e7d32',
      rotation: { days: 30, messages: 5000 },
      freshness: 60,
    },
    {
      id: 'RESTRICTED',
      rank: 1,
      marking: 'RESTRICTED',
      portion: 'R',
      colour: '#1565c0',
      rotation: { days: 14, messages: 2000 },
      freshness: 45,
    },
    {
      id: 'CONFIDENTIAL',
      rank: 2,
      marking: 'CONFIDENTIAL',
      portion: 'C',
      colour: '#6a1b9a',
      rotation: { days: 7, messages: 1000 },
      freshness: 30,
    },
    {
      id: 'SECRET',
      rank: 3,
      marking: 'SECRET',
      portion: 'S',
      colour: '#c62828',
      rotation: { days: 3, messages: 500 },
      freshness: 14,
    },
    {
      id: 'TOP_SECRET',
      rank: 4,
      marking: 'TOP SECRET',
      portion: 'TS',
      colour: '#e65100',
      rotation: { days: 1, messages: 200 },
      freshness: 7,
    },
  ],
  categories: [
    {
      tag: 'COMPARTMENT',
      type: 'RESTRICTIVE',
      values: [
        { id: 'CRYPTO', marking: 'CRYPTO' },
        { id: 'INTEL', marking: 'INTEL' },
        { id: 'NEGOTIATION', marking: 'NEGOTIATION' },
      ],
    },
    {
      tag: 'RELEASABLE_TO',
      type: 'PERMISSIVE',
      prefix: 'REL TO',
      values: [
        { id: 'HOME_STAFF', marking: 'HOME STAFF' },
        { id: 'LOCAL_STAFF', marking: 'LOCAL STAFF' },
        { id: 'SECONDED_STAFF', marking: 'SECONDED STAFF' },
      ],
    },
    {
      tag: 'HANDLING',
      type: 'INFORMATIVE',
      values: [
        { id: 'NODIS', marking: 'NODIS', excludes: ['EXDIS', 'LIMDIS'] },
        { id: 'EXDIS', marking: 'EXDIS', excludes: ['LIMDIS'] },
        { id: 'LIMDIS', marking: 'LIMDIS' },
        { id: 'STADIS', marking: 'STADIS' },
        { id: 'NOFORN', marking: 'NOFORN' },
        { id: 'EYES_ONLY', marking: 'EYES ONLY' },
        { id: 'SENSITIVE', marking: 'SENSITIVE' },
        { id: 'CONTROLLED_DISSEM', marking: 'CONTROLLED DISSEM' },
      ],
    },
  ],
  precedences: diplomaticPrecedences,
};
