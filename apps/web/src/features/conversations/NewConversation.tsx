import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Form } from 'react-aria-components';
import { useLocation } from 'wouter';

import type { Label } from '#policy';

import { useBegun } from '../../app/begun.js';
import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Field, Notice } from '../../ui/controls.js';
import { Failure, Skeleton } from '../../ui/states.js';
import { StartOver } from '../../ui/startOver.js';
import type { LabelChoices } from '../../worker/correspondence/protocol.js';
import { LabelFields } from './LabelFields.js';
import styles from './People.module.css';
import { PeoplePicker } from './PeoplePicker.js';

/** Label first, since it decides who can come in; nothing is made before everybody can. */
export function NewConversation() {
  const { desk } = useSession();
  const text = useText();
  const { data: choices, error } = useQuery({
    queryKey: ['people', 'labels'],
    queryFn: () => desk.correspondence.labelChoices(),
  });
  return (
    <section className={styles['page']} aria-label={text('conversations.new')}>
      <h2>{text('conversations.new')}</h2>
      <Failure error={error} />
      {choices ? <Founding choices={choices} /> : error === null && <Skeleton rows={5} />}
    </section>
  );
}

function Founding({ choices }: { readonly choices: LabelChoices }) {
  const text = useText();
  const begun = useBegun('conversation', beginning(choices));
  const { name, chosen } = begun.form;
  const label = isOffered(begun.form.label, choices) ? begun.form.label : lowest(choices);
  const candidates = useCandidates(label);
  const barred = candidates.filter(({ id, obstacle }) => chosen.includes(id) && obstacle !== undefined);
  const creation = useCreation(begun.forget);
  const isReady = name.trim() !== '' && chosen.length > 0 && barred.length === 0;
  if (choices.levels.length === 0) return <Notice>{text('new.uncleared')}</Notice>;
  return (
    <Form
      className={styles['form'] ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !creation.isPending) creation.mutate({ name: name.trim(), label, personIds: chosen });
      }}
    >
      <Field
        label={text('new.name')}
        description={text('new.nameWhy')}
        value={name}
        onChange={begun.set('name')}
        maxLength={200}
        autoComplete="off"
        dir="auto"
      />
      <LabelFields choices={choices} label={label} onChange={begun.set('label')} />
      <PeoplePicker candidates={candidates} chosen={chosen} onChange={begun.set('chosen')} />
      {barred.length > 0 && <Notice>{text('new.barred', { names: barred.map((one) => one.name).join(', ') })}</Notice>}
      <Failure error={creation.error} />
      <Button type="submit" manner="main" isDisabled={!isReady} isBusy={creation.isPending}>
        {text('new.do', { count: chosen.length + 1 })}
      </Button>
      <StartOver begun={begun} />
    </Form>
  );
}

function useCandidates(label: Label) {
  const { desk } = useSession();
  const { data = [] } = useQuery({
    queryKey: ['people', 'candidates', label],
    queryFn: () => desk.correspondence.candidates(label),
    placeholderData: keepPreviousData,
  });
  return data;
}

function useCreation(onDone: () => void) {
  const { desk } = useSession();
  const [, go] = useLocation();
  return useMutation({
    mutationFn: (options: { name: string; label: Label; personIds: readonly string[] }) =>
      desk.correspondence.createConversation(options),
    onSuccess: ({ id }) => {
      onDone();
      go(`/conversations/${id}`);
    },
  });
}

interface Beginning {
  readonly name: string;
  readonly label: Label;
  readonly chosen: readonly string[];
}

const beginning = (choices: LabelChoices): Beginning => ({ name: '', label: lowest(choices), chosen: [] });

/** What was chosen another day may have gone with the policy of that day. */
const isOffered = (label: Label, { policy, levels }: LabelChoices): boolean =>
  label.policy === policy && levels.some(({ id }) => id === label.level);

const lowest = ({ policy, levels }: LabelChoices): Label => ({ policy, level: levels[0]?.id ?? '', categories: [] });
