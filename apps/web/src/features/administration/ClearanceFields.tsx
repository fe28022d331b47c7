import type { SecurityPolicy } from '#policy';

import type { ClearanceForm } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { CheckList, Choice } from '../../ui/choice.js';
import { Field } from '../../ui/controls.js';

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
  const valuesOf = (tag: string): readonly string[] =>
    clearance.categories.find((one) => one.tag === tag)?.values ?? [];
  const choose = (tag: string, values: string[]): void => {
    const others = clearance.categories.filter((one) => one.tag !== tag);
    onChange({ ...clearance, categories: values.length === 0 ? others : [...others, { tag, values }] });
  };
  return (
    <>
      <Choice
        label={text('clear.level')}
        value={clearance.level}
        onChange={(level) => {
          onChange({ ...clearance, level });
        }}
        options={levels.map(({ id, marking }) => ({ id, text: marking }))}
      />
      {deciding.map(({ tag, name = tag, values }) => (
        <CheckList
          key={tag}
          label={name}
          options={values.map(({ id, marking }) => ({ id, text: marking }))}
          chosen={valuesOf(tag)}
          onChange={(chosen) => {
            choose(tag, chosen);
          }}
        />
      ))}
      <Field
        label={text('clear.until')}
        description={text('clear.untilAbout')}
        type="date"
        value={clearance.until?.slice(0, 10) ?? ''}
        onChange={(day) => {
          const { level, categories } = clearance;
          onChange({ level, categories, ...(day !== '' && { until: `${day}T00:00:00.000Z` }) });
        }}
      />
    </>
  );
}
