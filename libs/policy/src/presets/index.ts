import type { SecurityPolicy } from '../policy.js';
import { europeanUnion } from './eu.js';
import { france } from './france.js';
import { genericMinistry } from './genericMinistry.js';
import { nato } from './nato.js';
import { unitedKingdom } from './unitedKingdom.js';
import { unitedStates } from './unitedStates.js';

export { genericMinistry };

/**
 * The policies that a ministry can begin with, by id. Levels and markings are those of the published rules; the tables
 * of equivalence are a beginning that each ministry holds against its own agreements.
 */
export const policyPresets: ReadonlyMap<string, SecurityPolicy> = new Map(
  [genericMinistry, europeanUnion, nato, unitedKingdom, unitedStates, france].map((policy) => [policy.id, policy]),
);
