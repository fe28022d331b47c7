import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { Link } from 'wouter';

import { DeskError } from '../../app/desk.js';
import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import { Button, Field, Notice } from '../../ui/controls.js';
import { categoryWords } from '../../ui/labels.js';
import type { PolicyPreset } from '../../worker/opening/protocol.js';
import { DeviceName } from './Enrol.js';
import { FirstPosts } from './FirstPosts.js';
import { useFounded } from './founded.js';
import { ministryOf, missingIn, newDraft, stepOf, useErrors } from './founding.js';
import type { Draft, Missing, Step, StepProps } from './founding.js';
import styles from './Opening.module.css';
import { PassphraseField } from './PassphraseField.js';
import { Sheet } from './Sheet.js';
import { useTask } from './task.js';

const NOTHING: Missing = new Map();

/** On a server without a ministry: the ministry, its posts, and its founder. What was typed stays until it is founded. */
export default function Found() {
  const { desk } = useSession();
  const { trouble, isBusy, run } = useTask();
  const [draft, setDraft] = useState(newDraft);
  const [step, goTo] = useState<Step>(1);
  const [missing, setMissing] = useState(NOTHING);
  const errors = useErrors(trouble, stillMissing(missing, missingIn(step, draft)));
  useEffect(() => {
    // also for whoever does not see it: the person goes on where something is wrong
    if (missing.size > 0 || trouble) document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
  }, [missing, trouble]);
  const change = (part: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...part }));
  };
  const found = async (): Promise<void> => {
    try {
      await desk.opening.found(ministryOf(draft));
    } catch (error) {
      if (error instanceof DeskError) goTo(stepOf(error.trouble));
      throw error;
    }
  };
  const next = (): Promise<void> =>
    run(async () => {
      const lacks = missingIn(step, draft);
      setMissing(lacks);
      if (lacks.size > 0) return;
      if (step === 3) await found();
      else goTo(step === 1 ? 2 : 3);
    });
  const back = (): void => {
    setMissing(NOTHING);
    goTo(step === 3 ? 2 : 1);
  };
  const props = { draft, change, errors, next, back, isBusy };
  if (step === 1) return <Ministry {...props} />;
  return step === 2 ? <FirstPosts {...props} /> : <Founder {...props} />;
}

/** What was missed, without what was filled in since. */
const stillMissing = (missed: Missing, now: Missing): Missing =>
  new Map([...missed].filter(([field]) => now.has(field)));

function Ministry({ draft, change, errors, next, isBusy }: StepProps) {
  const text = useText();
  const isFounded = useFounded();
  const { foundingToken, ministryName, policyId } = draft;
  return (
    <Sheet title={text('opening.found.title')} why={text('opening.found.why')} step={[1, 3]} onSubmit={next}>
      {isFounded === true && <Notice>{text('trouble.ALREADY_FOUNDED')}</Notice>}
      <Field
        label={text('opening.found.token')}
        value={foundingToken}
        onChange={(token) => {
          change({ foundingToken: token });
        }}
        error={errors.at('foundingToken')}
        autoComplete="off"
        spellCheck="false"
        isRequired
      />
      <Field
        label={text('opening.found.name')}
        value={ministryName}
        onChange={(name) => {
          change({ ministryName: name });
        }}
        error={errors.at('ministryName')}
        autoComplete="off"
        isRequired
      />
      <PolicyChoice
        value={policyId}
        onChange={(id) => {
          change({ policyId: id });
        }}
        error={errors.at('policy')}
      />
      <Button type="submit" manner="main" isBusy={isBusy}>
        {text('opening.next')}
      </Button>
      <p className={styles['others']}>
        <Link to="/enrol">{text('opening.enrol.offer')}</Link>
      </p>
    </Sheet>
  );
}

interface PolicyChoiceProps {
  readonly value: string;
  readonly onChange: (id: string) => void;
  readonly error: string | undefined;
}

/** By name, and what the chosen one has. */
function PolicyChoice({ value, onChange, error }: PolicyChoiceProps) {
  const { desk } = useSession();
  const text = useText();
  const { data: presets = [] } = useQuery({ queryKey: ['policies'], queryFn: () => desk.opening.policyPresets() });
  const chosen = presets.find(({ id }) => id === value);
  return (
    <Choice
      label={text('opening.found.policy')}
      description={chosen && text('opening.found.policyHas', contentsOf(chosen))}
      value={value}
      onChange={onChange}
      options={presets.map(({ id, name }) => ({ id, text: name }))}
      error={error}
    />
  );
}

const contentsOf = ({ levels, categories }: PolicyPreset) => ({
  levels: levels.map(isolated).join(' · '),
  categories: categories.map(categoryWords).map(isolated).join(' · '),
});

/** Words of the policy inside a sentence, whichever way either runs. */
const isolated = (words: string): string => `\u2068${words}\u2069`;

function Founder({ draft, change, errors, next, back, isBusy }: StepProps) {
  const text = useText();
  const { personName, deviceName, passphrase, ministryName } = draft;
  const personal = useMemo(() => [personName, ministryName], [personName, ministryName]);
  return (
    <Sheet
      title={text('opening.found.founder')}
      why={text('opening.found.founderWhy', { ministry: ministryName.trim() })}
      step={[3, 3]}
      onSubmit={next}
    >
      <Field
        label={text('opening.found.person')}
        value={personName}
        onChange={(name) => {
          change({ personName: name });
        }}
        error={errors.at('personName')}
        autoComplete="off"
        isRequired
      />
      <DeviceName
        value={deviceName}
        onChange={(name) => {
          change({ deviceName: name });
        }}
        error={errors.at('deviceName')}
      />
      <PassphraseField
        value={passphrase}
        onChange={(words) => {
          change({ passphrase: words });
        }}
        error={errors.at('passphrase')}
        personal={personal}
      />
      {errors.whole !== undefined && <Notice>{errors.whole}</Notice>}
      <Button type="submit" manner="main" isBusy={isBusy}>
        {text('opening.found.do')}
      </Button>
      <Button onPress={back}>{text('opening.back')}</Button>
    </Sheet>
  );
}
