import { useEffect, useRef } from 'react';
import { Form } from 'react-aria-components';

import { LanguagePicker } from '../../app/LanguagePicker.js';
import { useText } from '../../text/text.js';
import styles from './Opening.module.css';

interface SheetProps {
  readonly title: string;
  readonly why: string;
  /** Which step of how many it is, from 1. */
  readonly step?: readonly [number, number];
  /** What its main button does; without one there is nothing to hand in. */
  readonly onSubmit?: () => Promise<void>;
  readonly children: React.ReactNode;
}

/** One step: what it is, why, and the one thing to do. The focus goes to its heading, so that it is read out. */
export function Sheet({ title, why, step, onSubmit, children }: SheetProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!heading.current?.closest('form')?.contains(document.activeElement)) heading.current?.focus();
  }, [title]);
  return (
    <main className={styles['place']}>
      <Form
        validationBehavior="aria" // what was refused once may be sent again
        className={styles['sheet'] ?? ''}
        onSubmit={(event) => {
          event.preventDefault();
          void onSubmit?.();
        }}
      >
        {step && <Steps step={step} />}
        <h1 ref={heading} tabIndex={-1} className={styles['title']}>
          {title}
        </h1>
        <p className={styles['why']}>{why}</p>
        {children}
      </Form>
      <LanguagePicker />
    </main>
  );
}

function Steps({ step: [now, all] }: { readonly step: readonly [number, number] }) {
  const text = useText();
  return (
    <p className={styles['steps']}>
      <span aria-hidden="true" className={styles['dots']}>
        {Array.from({ length: all }, (_step, index) => (
          <span key={index} data-done={index < now} />
        ))}
      </span>
      {text('opening.step', { now, all })}
    </p>
  );
}
