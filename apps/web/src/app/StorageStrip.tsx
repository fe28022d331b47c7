import { useEffect, useState } from 'react';

import { useText } from '../text/text.js';
import { Button } from '../ui/controls.js';
import styles from './Frame.module.css';

/** What was asked of the browser, and whether the person has read the answer; nothing secret. */
const KEPT = 'storage';

/** The browser may throw the vault away when its disk is full, unless it has promised not to. It is asked once; that it refused is said plainly. */
export function StorageStrip() {
  const text = useText();
  const [isAtRisk, setAtRisk] = useState(false);
  useEffect(() => {
    void isEvictable().then(setAtRisk);
  }, []);
  if (!isAtRisk) return null;
  return (
    <div className={styles['strip']}>
      <p role="status">{text('frame.storage')}</p>
      <Button
        onPress={() => {
          localStorage.setItem(KEPT, 'understood');
          setAtRisk(false);
        }}
      >
        {text('frame.storage.do')}
      </Button>
    </div>
  );
}

async function isEvictable(): Promise<boolean> {
  if (localStorage.getItem(KEPT) === 'understood' || (await navigator.storage.persisted())) return false;
  if (localStorage.getItem(KEPT) === 'asked') return true;
  localStorage.setItem(KEPT, 'asked');
  return !(await navigator.storage.persist());
}
