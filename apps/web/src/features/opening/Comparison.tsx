import { useText } from '../../text/text.js';
import styles from './Comparison.module.css';

interface ComparisonProps {
  readonly check: { readonly digits: string; readonly words: readonly string[] };
}

/** Seven digits and four words that stand on both screens, if nobody is in between. They are the same in every language. */
export function Comparison({ check: { digits, words } }: ComparisonProps) {
  const text = useText();
  return (
    <dl className={styles['comparison']} dir="ltr" lang="en">
      <div>
        <dt>{text('opening.pair.digits')}</dt>
        <dd className={styles['digits']}>{`${digits.slice(0, 3)} ${digits.slice(3)}`}</dd>
      </div>
      <div>
        <dt>{text('opening.pair.words')}</dt>
        <dd className={styles['words']}>{words.join(' · ')}</dd>
      </div>
    </dl>
  );
}
