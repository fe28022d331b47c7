import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { CheckList, Choice } from '../../ui/choice.js';
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
      <Choice
        label={text('label.level')}
        value={value.level}
        options={labelling.levels.map(({ id, marking: words }) => ({ id, text: words }))}
        onChange={(level) => {
          onChange({ ...value, level });
        }}
      />
      {labelling.categories.map(({ tag, name, values }) => (
        <CheckList
          key={tag}
          label={name}
          options={values.map(({ id, marking: words }) => ({ id, text: words }))}
          chosen={value.categories.find((category) => category.tag === tag)?.values ?? []}
          onChange={(chosen) => {
            onChange(withValues(value, tag, chosen));
          }}
        />
      ))}
      <p role="status">
        <Marking text={marking} />
      </p>
    </div>
  );
}

function withValues(label: PlainLabel, tag: string, values: string[]): PlainLabel {
  const others = label.categories.filter((category) => category.tag !== tag);
  return { ...label, categories: values.length === 0 ? others : [...others, { tag, values }] };
}
