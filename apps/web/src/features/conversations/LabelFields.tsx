import type { Label } from '#policy';

import { useText } from '../../text/text.js';
import { LabelChoice } from '../../ui/labels.js';
import type { LabelChoices } from '../../worker/correspondence/protocol.js';

interface LabelFieldsProps {
  readonly choices: LabelChoices;
  readonly label: Label;
  readonly onChange: (label: Label) => void;
}

/** Level and restrictions, in the words of the policy. */
export function LabelFields({ choices: { levels, categories }, label, onChange }: LabelFieldsProps) {
  const text = useText();
  return (
    <LabelChoice
      title={text('composer.level')}
      levels={levels}
      categories={categories}
      value={label}
      onChange={(chosen) => {
        onChange({ ...label, ...chosen });
      }}
    />
  );
}
