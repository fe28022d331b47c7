import { useIntl } from 'react-intl';
import { Label, ProgressBar } from 'react-aria-components';

import styles from './progress.module.css';

interface ProgressProps {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** How an amount is said; default: as a number. */
  readonly say?: (amount: number) => string;
}

/** How far long work has come, as a bar and as counts. */
export function Progress({ label, done, total, say }: ProgressProps) {
  const { formatNumber } = useIntl();
  const words = say ?? formatNumber;
  const counts = `${words(done)} / ${words(total)}`;
  return (
    <ProgressBar value={done} maxValue={Math.max(total, 1)} valueLabel={counts} className={styles['progress'] ?? ''}>
      {({ percentage = 0 }) => (
        <>
          <Label dir="auto">{label}</Label>
          <span className={styles['counts']}>
            <bdi>{counts}</bdi>
          </span>
          <svg className={styles['bar']} aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 1">
            <rect width={percentage} height="1" />
          </svg>
        </>
      )}
    </ProgressBar>
  );
}
