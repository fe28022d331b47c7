import type { Label } from './label.js';
import type { RotationRule, SecurityPolicy } from './policy.js';

/** Where the policy says nothing about a level. */
const DEFAULT: RotationRule = { days: 7, messages: 1000 };

/** When devices change their keys in a conversation with this label. */
export function rotationRule({ level }: Pick<Label, 'level'>, { levels }: SecurityPolicy): RotationRule {
  return levels.find(({ id }) => id === level)?.rotation ?? DEFAULT;
}
