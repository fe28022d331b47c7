import { canonicalLabel, dominates, validateLabel } from '#policy';
import type { SecurityPolicy } from '#policy';

import { ChanceryError } from '../errors.js';
import type { NewMessage } from '../types.js';
import type { ConversationRecord } from './record.js';

/** The canonical label under which a message goes: its own, or the conversation's. @throws ChanceryError LABEL_UNKNOWN, LABEL_TOO_HIGH */
export function messageLabel(
  { label: ceiling, labelText }: Pick<ConversationRecord, 'label' | 'labelText'>,
  { label }: Pick<NewMessage, 'label'>,
  policy: SecurityPolicy,
): string {
  const [problem] = validateLabel(ceiling, policy);
  if (problem) {
    throw new ChanceryError('LABEL_UNKNOWN', `The conversation's ${problem.field} ${problem.message}.`, {
      remedy: 'Make a new conversation, or ask the officers for a policy that gives this label a successor.',
    });
  }
  if (!label) return labelText;
  if (dominates(ceiling, label, policy)) return canonicalLabel(label);
  throw new ChanceryError('LABEL_TOO_HIGH', "The conversation's label does not cover that of the message.", {
    field: 'label',
  });
}
