import { useState } from 'react';

import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import styles from './List.module.css';

/** That the person does not want to be asked; no secret. */
const DECLINED = 'notices';

/** Offers to tell of new messages, when the person is at them: the browser asks only after they have said yes here. */
export function NoticesOffer() {
  const text = useText();
  const [isOffered, setOffered] = useState(canAsk);
  if (!isOffered) return null;
  const answer = (isWanted: boolean): void => {
    setOffered(false);
    localStorage.setItem(DECLINED, isWanted ? 'asked' : 'no');
    if (isWanted) void Notification.requestPermission();
  };
  return (
    <div className={styles['offer']}>
      <p>{text('notices.offer')}</p>
      <Button
        onPress={() => {
          answer(true);
        }}
      >
        {text('notices.yes')}
      </Button>
      <Button
        manner="quiet"
        onPress={() => {
          answer(false);
        }}
      >
        {text('notices.no')}
      </Button>
    </div>
  );
}

function canAsk(): boolean {
  return 'Notification' in window && Notification.permission === 'default' && localStorage.getItem(DECLINED) === null;
}
