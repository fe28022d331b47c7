import { useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Check } from '../../ui/check.js';
import { Button, Notice } from '../../ui/controls.js';
import styles from './Opening.module.css';
import { Sheet } from './Sheet.js';
import { useTask, useWords } from './task.js';

/** The officer hears six digits from this screen; what becomes of the other devices the person says before anything is done. */
export default function Returning({ number }: { readonly number: string }) {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, []);
  const [keepDevices, keep] = useState(false);
  const [isStillWaiting, setStillWaiting] = useState(false);
  const look = (): Promise<void> =>
    run(async () => {
      setStillWaiting(!(await desk.opening.lookForOfficer(keepDevices)));
    });
  return (
    <Sheet title={text('opening.returning.title')} why={text('opening.returning.why')} step={[2, 2]} onSubmit={look}>
      <output className={styles['code']} dir="ltr" aria-label={text('opening.returning.number')}>
        {`${number.slice(0, 3)} ${number.slice(3)}`}
      </output>
      <Check
        label={text('opening.returning.keep')}
        description={text('opening.returning.keepHelp')}
        isSelected={keepDevices}
        onChange={keep}
      />
      <p role="status" className={styles['why']}>
        {isStillWaiting && text('opening.returning.still')}
      </p>
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <Button type="submit" manner="main" isBusy={isBusy}>
        {text('opening.returning.look')}
      </Button>
      <Button manner="danger" onPress={() => void run(() => desk.opening.giveUpComeback())}>
        {text('opening.returning.giveUp')}
      </Button>
    </Sheet>
  );
}
