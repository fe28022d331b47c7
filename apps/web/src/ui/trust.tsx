import { useText } from '../text/text.js';
import styles from './trust.module.css';

/** What is known of who somebody is; each has a word and a shape of its own, so that none is told apart by colour alone. */
export type TrustState = 'verified' | 'unverified' | 'changed' | 'revoked';

/** Seal, ring, triangle, struck disc: outlines that differ at a glance, and in print. */
const SHAPES: Readonly<Record<TrustState, string>> = {
  verified: 'M8 1l6 2.2v4.3c0 3.6-2.5 6.3-6 7.5-3.5-1.2-6-3.9-6-7.5V3.2zM4.8 8l2.3 2.3 4.2-4.4',
  unverified: 'M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12',
  changed: 'M8 1.5l7 12.5h-14zM8 6v4M8 11.6v.6',
  revoked: 'M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12M3.8 3.8l8.4 8.4',
};

/** Of a person, as the directory and the reader's own comparisons have them. */
export function trustOf({
  revoked,
  verification,
}: {
  readonly revoked: boolean;
  readonly verification: Exclude<TrustState, 'revoked'>;
}): TrustState {
  return revoked ? 'revoked' : verification;
}

/** One of the four states of trust, in a word with its shape. */
export function TrustMark({ state }: { readonly state: TrustState }) {
  const text = useText();
  return (
    <span className={`${styles['mark'] ?? ''} ${styles[state] ?? ''}`}>
      <svg className={styles['shape']} viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[state]} />
      </svg>
      {text(`trust.${state}`)}
    </span>
  );
}
