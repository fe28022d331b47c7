import type { SecurityPolicy } from '#policy';

import type { ClearanceForm } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { DayField } from '../../ui/day.js';
import { LabelChoice } from '../../ui/labels.js';

interface ClearanceFieldsProps {
  readonly policy: SecurityPolicy;
  readonly clearance: ClearanceForm;
  readonly onChange: (clearance: ClearanceForm) => void;
}

/** A level and values of the categories that decide, as the policy in force has them. */
export function ClearanceFields({ policy, clearance, onChange }: ClearanceFieldsProps) {
  const text = useText();
  const levels = policy.levels.toSorted((a, b) => a.rank - b.rank);
  const deciding = policy.categories.filter(({ type }) => type !== 'INFORMATIVE');
  return (
    <>
      <LabelChoice
        title={text('clear.level')}
        levels={levels}
        categories={deciding}
        value={clearance}
        onChange={(chosen) => {
          onChange({ ...clearance, ...chosen });
        }}
      />
      <DayField
        label={text('clear.until')}
        description={text('clear.untilAbout')}
        value={clearance.until?.slice(0, 10) ?? ''}
        onChange={(day) => {
          const { level, categories } = clearance;
          onChange({ level, categories, ...(day !== '' && { until: `${day}T00:00:00.000Z` }) });
        }}
      />
    </>
  );
}
