import type { Label } from '#policy';

import { useText } from '../../text/text.js';
import { CheckList, Choice } from '../../ui/choice.js';
import type { LabelChoices } from '../../worker/correspondence/protocol.js';

interface LabelFieldsProps {
  readonly choices: LabelChoices;
  readonly label: Label;
  readonly onChange: (label: Label) => void;
}

/** Level and restrictions, in the words of the policy. */
export function LabelFields({ choices: { levels, categories }, label, onChange }: LabelFieldsProps) {
  const text = useText();
  const chosenOf = (tag: string): readonly string[] => label.categories.find((one) => one.tag === tag)?.values ?? [];
  const choose = (tag: string, values: string[]): void => {
    const others = label.categories.filter((one) => one.tag !== tag);
    onChange({ ...label, categories: values.length === 0 ? others : [...others, { tag, values }] });
  };
  return (
    <>
      <Choice
        label={text('composer.level')}
        value={label.level}
        options={levels.map(({ id, marking }) => ({ id, text: marking }))}
        onChange={(level) => {
          onChange({ ...label, level });
        }}
      />
      {categories.map(({ tag, name, values }) => (
        <CheckList
          key={tag}
          label={name}
          options={values.map(({ id, marking }) => ({ id, text: marking }))}
          chosen={chosenOf(tag)}
          onChange={(chosen) => {
            choose(tag, chosen);
          }}
        />
      ))}
    </>
  );
}
