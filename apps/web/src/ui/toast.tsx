import { createContext, useCallback, useContext, useState } from 'react';

import { useText } from '../text/text.js';
import { Button } from './controls.js';
import styles from './toast.module.css';

/** Long enough to be read, and to be reached. */
const SHOWN_MS = 8000;

interface Told {
  readonly id: string;
  readonly words: string;
}

const Context = createContext<(words: string) => void>(() => undefined);

/** Says in passing that something was done. What a person must not miss belongs on the screen instead. */
export const useToast = (): ((words: string) => void) => useContext(Context);

/** Where such words appear: above everything, read out, gone after a while. */
export function ToastProvider({ children }: { readonly children: React.ReactNode }) {
  const text = useText();
  const [told, setTold] = useState<readonly Told[]>([]);
  const forget = useCallback((id: string): void => {
    setTold((all) => all.filter((one) => one.id !== id));
  }, []);
  const tell = useCallback(
    (words: string): void => {
      const id = crypto.randomUUID();
      setTold((all) => [...all, { id, words }]);
      setTimeout(() => {
        forget(id);
      }, SHOWN_MS);
    },
    [forget],
  );
  return (
    <Context value={tell}>
      {children}
      <div role="status" className={styles['toasts']}>
        {told.map(({ id, words }) => (
          <p key={id} className={styles['toast']}>
            <bdi>{words}</bdi>
            <Button
              aria-label={text('ui.close')}
              manner="quiet"
              onPress={() => {
                forget(id);
              }}
            >
              <span aria-hidden="true">✕</span>
            </Button>
          </p>
        ))}
      </div>
    </Context>
  );
}
