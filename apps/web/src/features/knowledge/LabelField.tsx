import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { LabelChoice } from '../../ui/labels.js';
import { Marking } from '../../ui/marking.js';
import type { Labelling, PlainLabel } from '../../worker/knowledge/protocol.js';
import forms from './forms.module.css';

/** What this person can mark papers with. */
export function useLabelling(): Labelling | undefined {
  const { desk } = useSession();
  return useQuery({ queryKey: ['knowledge', 'labelling'], queryFn: () => desk.knowledge.labelling() }).data;
}

/** What a label reads. */
export function useMarking(label: PlainLabel | undefined): string {
  const { desk } = useSession();
  const { data } = useQuery({
    queryKey: ['knowledge', 'marking', label],
    queryFn: () => desk.knowledge.cover(label ? [label] : []),
    enabled: label !== undefined,
  });
  return label === undefined ? '' : (data?.marking ?? '');
}

interface LabelFieldProps {
  readonly value: PlainLabel;
  readonly onChange: (label: PlainLabel) => void;
}

/** A level and what else the policy marks papers with; shows what the label reads. */
export function LabelField({ value, onChange }: LabelFieldProps) {
  const text = useText();
  const labelling = useLabelling();
  const marking = useMarking(value);
  if (!labelling) return null;
  return (
    <div className={forms['form']} role="group" aria-label={text('label.title')}>
      <LabelChoice
        title={text('label.level')}
        levels={labelling.levels}
        categories={labelling.categories}
        value={value}
        onChange={(chosen) => {
          onChange({ ...value, ...chosen });
        }}
      />
      <p role="status">
        <Marking text={marking} />
      </p>
    </div>
  );
}
