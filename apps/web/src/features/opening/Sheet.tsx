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
  readonly children?: React.ReactNode;
}

/** One step: what it is, why, and the one thing to do. The focus goes to its heading, so that it is read out. */
export function Sheet({ title, why, step, onSubmit, children }: SheetProps) {
  const text = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!heading.current?.closest('form')?.contains(document.activeElement)) heading.current?.focus();
  }, [title]);
  return (
    <main className={styles['place']}>
      <strong className={styles['house']}>{text('name')}</strong>
      <Form
        validationBehavior="aria" // what was refused once may be sent again
        className={styles['sheet'] ?? ''}
        onSubmit={(event) => {
          event.preventDefault();
          if (onSubmit) void withoutFocus(onSubmit);
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

/**
 * React remembers the field that has the focus, and what was typed into it, even once the field is gone: so the focus leaves it first, and
 * comes back where something has to be typed again.
 */
async function withoutFocus(work: () => Promise<void>): Promise<void> {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement)) return work();
  field.blur();
  await work();
  if (field.isConnected && document.activeElement === document.body) field.focus();
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
