import type { UseQueryResult } from '@tanstack/react-query';

import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Dialog } from '../../ui/dialog.js';
import { save } from '../../ui/save.js';
import { Failure, Skeleton } from '../../ui/states.js';
import type { Desk } from '../../worker/protocol.js';
import styles from './Administration.module.css';
import { useCheck } from './asking.js';

/** What was asked for: its shape while it comes, what went wrong, or itself. */
export function Loaded<Answer>({
  query,
  children,
}: {
  readonly query: UseQueryResult<Answer>;
  readonly children: (answer: Answer) => React.ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Skeleton rows={4} />;
}

/** A screen of the administration: its name, what can be done on it, and its parts. */
export function Sheet({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: React.ReactNode;
  readonly children: React.ReactNode;
}) {
  return (
    <>
      <header className={styles['head']}>
        <h1 dir="auto">{title}</h1>
        {actions !== undefined && (
          <div className={`${styles['row'] ?? ''} ${styles['unprinted'] ?? ''}`}>{actions}</div>
        )}
      </header>
      {children}
    </>
  );
}

interface SaveRecordsProps {
  /** What the button says. */
  readonly words: string;
  /** Of the file. */
  readonly name: string;
  readonly take: (desk: Desk) => Promise<Parameters<typeof save>[0]>;
}

/** Takes a whole record out, into a file. */
export function SaveRecords({ words, name, take }: SaveRecordsProps) {
  const taking = useCheck(take, (taken) => {
    save(taken, name);
  });
  return (
    <>
      <Failure error={taking.error} />
      <Button
        isBusy={taking.isPending}
        onPress={() => {
          taking.mutate(undefined);
        }}
      >
        {words}
      </Button>
    </>
  );
}

export function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className={styles['part']}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export function Code({ children }: { readonly children: string }) {
  return (
    <span dir="ltr" className={styles['code']}>
      {children}
    </span>
  );
}

/** The words of a level that somebody holds or that a policy has: nothing on the screen is of that level. */
export function Held({ marking }: { readonly marking: string }) {
  return (
    <span dir="ltr" className={styles['held']}>
      {marking}
    </span>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** A verb: what the button does. */
  readonly verb: string;
  readonly onConfirm: () => void;
  readonly isBusy: boolean;
  readonly error: unknown;
  /** What will happen, one sentence each. */
  readonly happens: readonly string[];
  /** What can't be undone. */
  readonly forGood: readonly string[];
  /** What is still to be chosen. */
  readonly children?: React.ReactNode;
}

/** Before something dangerous: exactly what will happen, and what of it stays. Nothing is done by Enter alone: the way back has the focus. */
export function Confirm({
  title,
  isOpen,
  onClose,
  verb,
  onConfirm,
  isBusy,
  error,
  happens,
  forGood,
  children,
}: ConfirmProps) {
  const text = useText();
  const actions = (
    <>
      <Button autoFocus onPress={onClose}>
        {text('office.keep')}
      </Button>
      <Button manner="danger" isBusy={isBusy} onPress={onConfirm}>
        {verb}
      </Button>
    </>
  );
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} role="alertdialog" actions={actions}>
      <div className={styles['part']}>
        <h3>{text('office.happens')}</h3>
        <Points points={happens} />
        <h3>{text('office.forGood')}</h3>
        <Points points={forGood} />
        {children}
        <Failure error={error} />
      </div>
    </Dialog>
  );
}

function Points({ points }: { readonly points: readonly string[] }) {
  return (
    <ul className={styles['points']}>
      {points.map((point) => (
        <li key={point} dir="auto">
          {point}
        </li>
      ))}
    </ul>
  );
}

interface AskDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly verb: string;
  readonly onDone: () => void;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly children: React.ReactNode;
}

/** A small form above the screen. */
export function AskDialog({ title, isOpen, onClose, verb, onDone, isBusy, error, children }: AskDialogProps) {
  const actions = (
    <Button manner="main" isBusy={isBusy} onPress={onDone}>
      {verb}
    </Button>
  );
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} actions={actions}>
      <div className={styles['part']}>
        {children}
        <Failure error={error} />
      </div>
    </Dialog>
  );
}
