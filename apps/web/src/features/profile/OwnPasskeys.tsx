import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Notice } from '../../ui/controls.js';
import { Dialog } from '../../ui/dialog.js';
import { When } from '../../ui/when.js';
import { PasskeyForm } from '../opening/PasskeyForm.js';
import { arePasskeysPossible } from '../opening/passkeys.js';
import { useTask, useWords } from '../opening/task.js';
import styles from './Profile.module.css';

const KEY = ['passkeys'];

/** What opens this browser's vault beside the passphrase. */
export function OwnPasskeys() {
  const { desk } = useSession();
  const text = useText();
  const queries = useQueryClient();
  const { trouble, run } = useTask();
  const words = useWords(trouble, []);
  const [isAdding, setAdding] = useState(false);
  const { data: passkeys = [] } = useQuery({ queryKey: KEY, queryFn: () => desk.opening.passkeys() });
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  const remove = (id: string): void => {
    void run(async () => {
      await desk.trust.removePasskey(id);
      await refresh();
    });
  };
  const close = (): void => {
    setAdding(false);
    void refresh();
  };
  return (
    <section className={styles['section']} aria-labelledby="passkeys">
      <header className={styles['head']}>
        <h2 id="passkeys">{text('passkeys.title')}</h2>
        {arePasskeysPossible() && (
          <Button
            onPress={() => {
              setAdding(true);
            }}
          >
            {text('passkeys.add')}
          </Button>
        )}
      </header>
      <p className={styles['quiet']}>{text(arePasskeysPossible() ? 'passkey.why' : 'passkeys.impossible')}</p>
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <ul className={styles['rows']}>
        {passkeys.map(({ id, name, addedAt }) => (
          <li key={id} className={styles['row']}>
            <div className={styles['what']}>
              <strong dir="auto">{name}</strong>
              <span className={styles['quiet']}>
                {text('devices.added')} <When time={addedAt} style="date" />
              </span>
            </div>
            <Button
              manner="danger"
              aria-label={text('passkeys.removeThis', { name })}
              onPress={() => {
                remove(id);
              }}
            >
              {text('passkeys.remove')}
            </Button>
          </li>
        ))}
      </ul>
      <Dialog title={text('passkey.title')} isOpen={isAdding} onClose={close}>
        <PasskeyForm onDone={close} />
      </Dialog>
    </section>
  );
}
