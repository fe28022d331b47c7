export { canonicalLabel, parseLabel } from './label.js';
export type { CategoryValues, Clearance, Label } from './label.js';
export { rankOf } from './lookup.js';
export { marking } from './marking.js';
export { canRead, dominates, join } from './order.js';
export { canonicalPolicy, parsePolicy } from './parse.js';
export { PolicyError } from './policy.js';
export type {
  CategoryType,
  PolicyCategory,
  PolicyLevel,
  PolicyPrecedence,
  PolicyValue,
  RotationRule,
  SecurityPolicy,
} from './policy.js';
export { genericMinistry } from './presets/genericMinistry.js';
export { rotationRule } from './rotation.js';
export { validateClearance, validateLabel } from './validate.js';
export type { Problem } from './validate.js';
