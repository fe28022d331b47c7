import { DeskError } from '../app/desk.js';
import { useText, useTroubleText } from '../text/text.js';
import { Button, Notice } from './controls.js';
import styles from './states.module.css';

/** Nothing is here yet: what would be, and what one can do. */
export function Empty({ title, children }: { readonly title: string; readonly children?: React.ReactNode }) {
  return (
    <div className={styles['empty']}>
      <p className={styles['title']}>{title}</p>
      {children}
    </div>
  );
}

/** The shape of what is coming; it is not shown before 300 ms have gone by. */
export function Skeleton({ rows }: { readonly rows: number }) {
  const text = useText();
  return (
    <div role="status" aria-label={text('ui.loading')} className={styles['skeleton']}>
      {Array.from({ length: rows }, (_row, index) => (
        <div key={index} aria-hidden="true" className={styles['line']} />
      ))}
    </div>
  );
}

/** What happened, what is safe, what to do next; nothing while there is no error. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: (() => void) | undefined }) {
  const text = useText();
  const say = useTroubleText();
  if (error === null || error === undefined) return null;
  return (
    <div className={styles['failure']}>
      <Notice>{error instanceof DeskError ? say(error.trouble) : text('ui.failed')}</Notice>
      {retry && <Button onPress={retry}>{text('ui.retry')}</Button>}
    </div>
  );
}
