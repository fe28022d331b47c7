import type { SecurityPolicy } from '../policy.js';

/** A policy that any foreign ministry can start with: five levels, need-to-know compartments, releasability, handling words. */
export const genericMinistry: SecurityPolicy = {
  id: 'generic-ministry',
  name: 'Generic ministry of foreign affairs',
  levels: [
    { id: 'UNCLASSIFIED', rank: 0, marking: 'UNCLASSIFIED', colour: '#2e7d32', rotation: { days: 30, messages: 5000 } },
    { id: 'RESTRICTED', rank: 1, marking: 'RESTRICTED', colour: '#1565c0', rotation: { days: 14, messages: 2000 } },
    { id: 'CONFIDENTIAL', rank: 2, marking: 'CONFIDENTIAL', colour: '#6a1b9a', rotation: { days: 7, messages: 1000 } },
    { id: 'SECRET', rank: 3, marking: 'SECRET', colour: '#c62828', rotation: { days: 3, messages: 500 } },
    { id: 'TOP_SECRET', rank: 4, marking: 'TOP SECRET', colour: '#e65100', rotation: { days: 1, messages: 200 } },
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
        { id: 'NODIS', marking: 'NODIS' },
        { id: 'EXDIS', marking: 'EXDIS' },
        { id: 'LIMDIS', marking: 'LIMDIS' },
        { id: 'STADIS', marking: 'STADIS' },
        { id: 'NOFORN', marking: 'NOFORN' },
        { id: 'EYES_ONLY', marking: 'EYES ONLY' },
        { id: 'SENSITIVE', marking: 'SENSITIVE' },
        { id: 'CONTROLLED_DISSEM', marking: 'CONTROLLED DISSEM' },
      ],
    },
  ],
  precedences: [
    { id: 'ROUTINE', rank: 0, marking: 'Routine', handlingMinutes: 360 },
    { id: 'PRIORITY', rank: 1, marking: 'Priority', handlingMinutes: 180 },
    { id: 'IMMEDIATE', rank: 2, marking: 'Immediate', handlingMinutes: 30 },
    { id: 'FLASH', rank: 3, marking: 'Flash', handlingMinutes: 10 },
  ],
};
