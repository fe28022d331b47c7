import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Dialog } from '../../ui/dialog.js';
import { Failure } from '../../ui/states.js';
import { When } from '../../ui/when.js';
import { RecoveryCode } from '../opening/RecoveryCode.js';
import styles from './Profile.module.css';

const KEY = ['people', 'recovery'];

/** The way back when no device is left. */
export function OwnRecovery() {
  const { desk } = useSession();
  const text = useText();
  const queries = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  const { data: madeAt, error } = useQuery({
    queryKey: KEY,
    queryFn: async () => (await desk.trust.recoveryMadeAt()) ?? null,
  });
  const close = (): void => {
    setMaking(false);
    void queries.invalidateQueries({ queryKey: KEY });
  };
  return (
    <section className={styles['section']} aria-labelledby="recovery">
      <header className={styles['head']}>
        <h2 id="recovery">{text('recovery.own')}</h2>
        <Button
          onPress={() => {
            setMaking(true);
          }}
        >
          {text(typeof madeAt === 'string' ? 'recovery.renew' : 'recovery.make')}
        </Button>
      </header>
      <Failure error={error} />
      {typeof madeAt === 'string' && (
        <p>
          {text('recovery.madeAt')} <When time={madeAt} style="date" />
        </p>
      )}
      {madeAt === null && <p className={styles['missing']}>{text('recovery.none')}</p>}
      <p className={styles['quiet']}>{text('recovery.why')}</p>
      <Dialog title={text('recovery.title')} isOpen={isMaking} onClose={close}>
        {typeof madeAt === 'string' && <p>{text('recovery.renewWhy')}</p>}
        <RecoveryCode onDone={close} />
      </Dialog>
    </section>
  );
}
