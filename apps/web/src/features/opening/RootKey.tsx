import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Notice } from '../../ui/controls.js';
import { save, today } from '../../ui/save.js';
import { Failure, Skeleton } from '../../ui/states.js';
import type { SealedRootKey } from '../../worker/opening/protocol.js';
import sheet from './RecoverySheet.module.css';
import styles from './Opening.module.css';
import { Sheet } from './Sheet.js';
import { useTask, useWords } from './task.js';

/** A founder goes on once the root key was handed over to be kept; a reload before that begins here again. */
export function RootKey() {
  const { desk } = useSession();
  const text = useText();
  const queryFn = (): Promise<SealedRootKey> => desk.opening.rootKey();
  const { data: rootKey, error } = useQuery({ queryKey: ['rootKey'], queryFn, gcTime: 0 });
  return (
    <Sheet title={text('opening.root.title')} why={text('opening.root.why')}>
      <Failure error={error} />
      {rootKey ? <Keep rootKey={rootKey} /> : <Skeleton rows={3} />}
    </Sheet>
  );
}

function Keep({ rootKey }: { readonly rootKey: SealedRootKey }) {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, []);
  const [saved, setSaved] = useState<string>();
  const isSaved = saved !== undefined;
  const keep = (): void => {
    const name = `chancery-${today()}.root-key.json`;
    save(rootKey.file, name);
    setSaved(name);
  };
  return (
    <>
      <p>{text('opening.root.offline')}</p>
      <Fingerprint rootKey={rootKey} />
      <Button
        onPress={() => {
          print();
        }}
      >
        {text('recovery.print')}
      </Button>
      <Button manner={isSaved ? 'plain' : 'main'} onPress={keep}>
        {text('opening.root.save')}
      </Button>
      <p role="status" className={styles['why']}>
        {isSaved && text('opening.root.saved', { file: `\u2068${saved}\u2069` })}
      </p>
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <Button
        manner={isSaved ? 'main' : 'plain'}
        isDisabled={!isSaved}
        isBusy={isBusy}
        onPress={() => void run(() => desk.opening.rootKeyKept())}
      >
        {text('opening.next')}
      </Button>
    </>
  );
}

/** To be read out, or printed beside the key: whose it is. */
function Fingerprint({ rootKey: { ministryName, server, fingerprint } }: { readonly rootKey: SealedRootKey }) {
  const text = useText();
  const intl = useIntl();
  return (
    <section className={sheet['paper']} aria-label={text('profile.root')}>
      <div className={sheet['printed']}>
        <h2>{text('opening.root.paper')}</h2>
        <p dir="ltr">{server}</p>
        <p>{intl.formatDate(new Date(), { dateStyle: 'long' })}</p>
      </div>
      <p>
        <bdi>{ministryName}</bdi>
        <br />
        <span className={styles['why']}>{text('opening.root.fingerprint')}</span>
      </p>
      <p dir="ltr" className={styles['fingerprint']}>
        {fingerprint.join(' ')}
      </p>
    </section>
  );
}
