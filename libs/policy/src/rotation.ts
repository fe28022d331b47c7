import type { Label } from './label.js';
import { levelNamed } from './lookup.js';
import type { RotationRule, SecurityPolicy } from './policy.js';

/** Where the policy says nothing about a level. */
const DEFAULT: RotationRule = { days: 7, messages: 1000 };

/** When devices change their keys in a conversation with this label. */
export function rotationRule({ level }: Pick<Label, 'level'>, policy: SecurityPolicy): RotationRule {
  return levelNamed(level, policy)?.rotation ?? DEFAULT;
}

/** Where the policy says nothing. */
const IDENTITY_DAYS = 365;

/** After how many days a person's identity key gives way to a new one. */
export function identityDays({ rotation }: Pick<SecurityPolicy, 'rotation'>): number {
  return rotation?.identityDays ?? IDENTITY_DAYS;
}
