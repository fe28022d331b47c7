import { Button as AriaButton, FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import type { ButtonProps, TextFieldProps } from 'react-aria-components';
import { Link } from 'wouter';

import styles from './controls.module.css';

interface OwnButtonProps extends ButtonProps {
  /** `main`: what the screen is for, once a screen; `quiet`: without a border, for signs and menus. */
  readonly manner?: 'main' | 'plain' | 'danger' | 'quiet';
  /** What it asked for is being done: it keeps the focus, and looks it. */
  readonly isBusy?: boolean;
}

export function Button({ manner = 'plain', isBusy = false, ...props }: OwnButtonProps) {
  const names = [styles['button'], styles[manner], isBusy ? styles['busy'] : ''];
  return <AriaButton {...props} className={names.join(' ')} />;
}

interface FieldProps extends TextFieldProps {
  readonly label: string;
  readonly description?: string;
  /** What is wrong with it, in words that say what to do. */
  readonly error?: string | undefined;
}

export function Field({ label, description, error, ...props }: FieldProps) {
  return (
    <TextField {...props} isInvalid={error !== undefined} className={styles['field'] ?? ''}>
      <Label>{label}</Label>
      <Input className={styles['input'] ?? ''} />
      {description !== undefined && (
        <Text slot="description" className={styles['description'] ?? ''}>
          {description}
        </Text>
      )}
      <FieldError className={styles['error'] ?? ''}>{error}</FieldError>
    </TextField>
  );
}

/** A link among buttons: it leads somewhere, and changes nothing. */
export function ActionLink({ to, children }: { readonly to: string; readonly children: React.ReactNode }) {
  return (
    <Link to={to} className={[styles['button'], styles['quiet'], styles['action']].join(' ')}>
      {children}
    </Link>
  );
}

/** What stands in the way, and what to do; read out when it appears. */
export function Notice({ children }: { readonly children: React.ReactNode }) {
  return (
    <p role="alert" className={styles['notice']}>
      {children}
    </p>
  );
}
