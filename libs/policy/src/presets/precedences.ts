import type { PolicyPrecedence } from '../policy.js';

/** The four of diplomatic telegrams, with the minutes in which each is to be handled. */
export const diplomaticPrecedences: readonly PolicyPrecedence[] = [
  { id: 'ROUTINE', rank: 0, marking: 'Routine', handlingMinutes: 360 },
  { id: 'PRIORITY', rank: 1, marking: 'Priority', handlingMinutes: 180 },
  { id: 'IMMEDIATE', rank: 2, marking: 'Immediate', handlingMinutes: 30 },
  { id: 'FLASH', rank: 3, marking: 'Flash', handlingMinutes: 10 },
];
