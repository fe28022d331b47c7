export { canonicalLabel, parseLabel } from './label.js';
export type { CategoryValues, Clearance, Label } from './label.js';
export { impactOn, lostBy } from './change.js';
export type { LabelImpact, Use } from './change.js';
export { freshnessDays } from './freshness.js';
export { fullClearance } from './fullClearance.js';
export { translateLabel } from './equivalence.js';
export type { ForeignCategory, ForeignLabel, Translation } from './equivalence.js';
export { rankOf } from './lookup.js';
export { marking, portionMark } from './marking.js';
export { canRead, dominates, isExpired, join } from './order.js';
export { canonicalPolicy, parsePolicy } from './parse.js';
export { PolicyError } from './policy.js';
export { POLICY_FAULTS } from './faults.js';
export type { PolicyFaultCode, PolicyFaultValues } from './faults.js';
export type {
  CategoryType,
  PolicyEquivalence,
  PolicyCategory,
  PolicyLevel,
  PolicyPrecedence,
  PolicyValue,
  RotationRule,
  SecurityPolicy,
} from './policy.js';
export { genericMinistry, policyPresets } from './presets/index.js';
export { effectiveClearance } from './reader.js';
export type { Reader } from './reader.js';
export { identityDays, rotationRule } from './rotation.js';
export { underPolicy } from './succession.js';
export { validateClearance, validateLabel } from './validate.js';
export type { Problem } from './validate.js';
export { readStanagLabel } from './stanag/read.js';
export { fromStanag, toStanag } from './stanag/stanagLabel.js';
export type { StanagInformation, StanagLabel, StanagMeaning } from './stanag/stanagLabel.js';
export { writeStanagLabel } from './stanag/write.js';
export { downgradeOf, validateChoice } from './writing.js';
export type { Downgrade } from './writing.js';
