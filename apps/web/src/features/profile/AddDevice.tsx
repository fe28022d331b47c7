import { useState } from 'react';
import { Link } from 'wouter';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Field, Notice } from '../../ui/controls.js';
import type { AskingDevice } from '../../worker/trust/protocol.js';
import { Comparison } from '../opening/Comparison.js';
import { offered } from '../opening/offered.js';
import { useLooking, useTask, useWords } from '../opening/task.js';
import { Scanner } from '../people/Scanner.js';
import styles from './Profile.module.css';

const LOOK_MS = 1500;

type Step = 'code' | 'compare' | 'done';

/** On a device that the person has: the code of the new one, the comparison, its arrival. */
export default function AddDevice() {
  const text = useText();
  const [step, go] = useState<Step>('code');
  return (
    <main className={styles['profile']}>
      <section className={styles['section']}>
        <Link to="/profile">{text('profile.back')}</Link>
        <h1>{text('devices.add')}</h1>
        {step === 'code' && (
          <EnterCode
            onEntered={() => {
              go('compare');
            }}
          />
        )}
        {step === 'compare' && <Compare onStep={go} />}
        {step === 'done' && <p role="status">{text('devices.arrived')}</p>}
      </section>
    </main>
  );
}

function EnterCode({ onEntered }: { readonly onEntered: () => void }) {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, ['code']);
  const [code, setCode] = useState(offered.pairing);
  const enter = (entered: string): void => {
    void run(async () => {
      await desk.trust.answerPairing(entered);
      onEntered();
    });
  };
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        enter(code);
      }}
    >
      <p>{text('devices.addWhy')}</p>
      <Scanner onFound={enter} />
      <Field
        label={text('opening.pair.codeLabel')}
        description={text('devices.codeHelp')}
        value={code}
        onChange={setCode}
        error={words.at('code')}
        autoComplete="off"
        spellCheck="false"
      />
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <Button type="submit" manner="main" isBusy={isBusy}>
        {text('opening.next')}
      </Button>
    </form>
  );
}

function Compare({ onStep }: { readonly onStep: (step: Step) => void }) {
  const { desk } = useSession();
  const text = useText();
  const task = useTask();
  const words = useWords(task.trouble, []);
  const [asking, setAsking] = useState<AskingDevice>();
  const [isApproved, setApproved] = useState(false);
  useLooking(task, !asking, LOOK_MS, async () => {
    setAsking(await desk.trust.askingDevice());
  });
  useLooking(task, isApproved, LOOK_MS, async () => {
    if (await desk.trust.isPaired()) onStep('done');
  });
  const approve = (): void => {
    void task.run(async () => {
      await desk.trust.approvePairing();
      setApproved(true);
    });
  };
  const refuse = (): void => {
    void desk.trust.refusePairing().finally(() => {
      onStep('code');
    });
  };
  return (
    <div className={styles['form']}>
      {asking && <p>{text('devices.compareWhy', { name: asking.deviceName })}</p>}
      {asking && <Comparison check={asking} />}
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <p role="status" className={styles['quiet']}>
        {isApproved ? text('devices.arriving') : !asking && text('devices.looking')}
      </p>
      {asking && !isApproved && (
        <Button manner="main" isBusy={task.isBusy} onPress={approve}>
          {text('opening.pair.same')}
        </Button>
      )}
      {!isApproved && (
        <Button manner="danger" onPress={refuse}>
          {text(asking ? 'opening.pair.differ' : 'opening.again')}
        </Button>
      )}
    </div>
  );
}
