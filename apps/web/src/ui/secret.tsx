import { useId, useRef } from 'react';

import styles from './controls.module.css';

interface SecretFieldProps {
  readonly label: string;
  readonly description?: string;
  /** What is wrong with it, in words that say what to do. */
  readonly error?: string | undefined;
  readonly secret: Secret;
  readonly onFilled?: (isFilled: boolean) => void;
  readonly autoFocus?: boolean;
}

/** What is typed into a field and stands nowhere else. */
export interface Secret {
  readonly ref: React.RefObject<HTMLInputElement | null>;
  /** What was typed; the field is empty after it. */
  readonly take: () => string;
}

export function useSecret(): Secret {
  const ref = useRef<HTMLInputElement>(null);
  const take = (): string => {
    const field = ref.current;
    if (!field) return '';
    const { value } = field;
    field.value = '';
    return value;
  };
  return { ref, take };
}

/**
 * A passphrase that opens something. Unlike any other field it is the document's own: what is in a state stays in the memory of a page until
 * the next two times that it is drawn, and in every closure that was made of it.
 */
export function SecretField({ label, description, error, secret, onFilled, autoFocus }: SecretFieldProps) {
  const id = useId();
  const isWrong = error !== undefined;
  const said = [description !== undefined && `${id}-about`, isWrong && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      <input
        ref={secret.ref}
        id={id}
        type="password"
        autoComplete="current-password"
        required
        aria-invalid={isWrong || undefined}
        aria-describedby={said === '' ? undefined : said}
        data-invalid={isWrong || undefined}
        className={styles['input']}
        autoFocus={autoFocus}
        onInput={(event) => onFilled?.(event.currentTarget.value !== '')}
      />
      {description !== undefined && (
        <span id={`${id}-about`} className={styles['description']}>
          {description}
        </span>
      )}
      {isWrong && (
        <span id={`${id}-error`} className={styles['error']}>
          {error}
        </span>
      )}
    </div>
  );
}
