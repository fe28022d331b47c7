import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Notice } from '../../ui/controls.js';
import { Dialog } from '../../ui/dialog.js';
import { Failure, Skeleton } from '../../ui/states.js';
import { When } from '../../ui/when.js';
import type { Desk } from '../../worker/protocol.js';
import { useTask, useWords } from '../opening/task.js';
import styles from './People.module.css';
import { QrCode } from './QrCode.js';
import { Scanner } from './Scanner.js';

type Verification = Awaited<ReturnType<Desk['trust']['verification']>>;

interface Comparing {
  readonly id: string;
  readonly name: string;
}

/** Sixty digits that both people see, if nobody stands between them. */
export function SafetyNumber({ id, name }: Comparing) {
  const { desk } = useSession();
  const text = useText();
  const { data, error, refetch } = useQuery({
    queryKey: ['people', 'verification', id],
    queryFn: () => desk.trust.verification(id),
  });
  return (
    <section className={styles['number']} aria-labelledby="number">
      <h2 id="number">{text('person.number')}</h2>
      <Failure error={error} retry={() => void refetch()} />
      {!data && !error && <Skeleton rows={3} />}
      {data && <Compared verification={data} name={name} />}
    </section>
  );
}

function Compared({ verification, name }: { readonly verification: Verification; readonly name: string }) {
  const text = useText();
  const { personId, safetyNumber, text: scanned, state, verifiedAt } = verification;
  return (
    <>
      <p>{text('person.numberWhy', { name })}</p>
      <div className={styles['compare']}>
        <ol dir="ltr" className={styles['groups']} aria-label={text('person.number')}>
          {safetyNumber.split(' ').map((group, index) => (
            <li key={index}>{group}</li>
          ))}
        </ol>
        <QrCode text={scanned} label={text('person.qr', { name })} />
      </div>
      {state === 'verified' && verifiedAt !== undefined && (
        <p role="status">
          {text('person.verifiedAt')} <When time={verifiedAt} style="date" />
        </p>
      )}
      <Settle id={personId} name={name} state={state} />
    </>
  );
}

interface SettleProps extends Comparing {
  readonly state: Verification['state'];
}

/** What the person can say about it. */
function Settle({ id, name, state }: SettleProps) {
  const { desk } = useSession();
  const text = useText();
  const queries = useQueryClient();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, []);
  const [isForgetting, setForgetting] = useState(false);
  const settle = (work: () => Promise<unknown>): void => {
    void run(async () => {
      await work();
      setForgetting(false);
      await queries.invalidateQueries({ queryKey: ['people'] });
      await queries.invalidateQueries({ queryKey: ['conversations', 'detail'] });
    });
  };
  return (
    <>
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <div className={styles['acts']}>
        {state !== 'verified' && (
          <>
            <Button
              manner="main"
              isBusy={isBusy}
              onPress={() => {
                settle(() => desk.trust.confirm(id));
              }}
            >
              {text('person.confirm')}
            </Button>
            <Scanner
              onFound={(scanned) => {
                settle(() => desk.trust.compare(id, scanned));
              }}
            />
          </>
        )}
        {state !== 'unverified' && (
          <Button
            manner="danger"
            onPress={() => {
              setForgetting(true);
            }}
          >
            {text('person.forget')}
          </Button>
        )}
      </div>
      <Forget
        name={name}
        isOpen={isForgetting}
        onClose={() => {
          setForgetting(false);
        }}
        onForget={() => {
          settle(() => desk.trust.forget(id));
        }}
      />
    </>
  );
}

interface ForgetProps {
  readonly name: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onForget: () => void;
}

/** Going on without a comparison gives a warning up: the person says so knowingly. */
function Forget({ name, isOpen, onClose, onForget }: ForgetProps) {
  const text = useText();
  const actions = (
    <>
      <Button onPress={onClose}>{text('person.forgetKeep')}</Button>
      <Button manner="danger" onPress={onForget}>
        {text('person.forget')}
      </Button>
    </>
  );
  return (
    <Dialog
      role="alertdialog"
      title={text('person.forgetTitle', { name })}
      isOpen={isOpen}
      onClose={onClose}
      actions={actions}
    >
      <p>{text('person.forgetWhy')}</p>
    </Dialog>
  );
}
