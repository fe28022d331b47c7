import { useEffect, useState } from 'react';

import styles from './Frame.module.css';

/** A finger that rests so long wants to know more. */
const REST_MS = 500;
const SHOWN_MS = 6000;

/** What a mouse is told by resting on something, a time in other zones for instance, told to a finger or a pen that rests on it. */
export function Hint() {
  const [words, say] = useState('');
  useEffect(() => {
    if (words === '') return undefined;
    const end = setTimeout(() => {
      say('');
    }, SHOWN_MS);
    return () => {
      clearTimeout(end);
    };
  }, [words]);
  useEffect(
    () =>
      onRest((titled) => {
        say(titled?.getAttribute('title') ?? '');
      }),
    [],
  );
  return (
    <div role="status" className={styles['hints']}>
      {words !== '' && <p className={styles['hint']}>{words}</p>}
    </div>
  );
}

/** Hears of what a finger rests on, and with undefined of the next touch. Returns the function that ends it. */
function onRest(hear: (titled: Element | undefined) => void): () => void {
  let rest: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(rest);
  };
  const begin = ({ pointerType, target }: PointerEvent): void => {
    end();
    hear(undefined);
    const titled = target instanceof Element ? target.closest('[title]') : null;
    if (pointerType === 'mouse' || !titled) return;
    rest = setTimeout(() => {
      hear(titled);
    }, REST_MS);
  };
  document.addEventListener('pointerdown', begin, { passive: true });
  const ends = ['pointerup', 'pointercancel', 'scroll'] as const;
  for (const one of ends) document.addEventListener(one, end, { passive: true, capture: true });
  return () => {
    end();
    document.removeEventListener('pointerdown', begin);
    for (const one of ends) document.removeEventListener(one, end, { capture: true });
  };
}
