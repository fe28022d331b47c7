import { Link } from 'wouter';

import { useText } from '../text/text.js';
import styles from './panes.module.css';

interface PanesProps {
  /** What one chooses from. */
  readonly list: React.ReactNode;
  /** What was chosen, or what stands there before. */
  readonly children: React.ReactNode;
  /** Details; beside it on wide screens, else in place of the list. */
  readonly aside?: React.ReactNode;
  readonly isChosen: boolean;
  /** Address of the list, for the way back where only one pane fits. */
  readonly back?: string;
}

/** List, reading and details side by side as far as they fit: three, two, or one. It is the area's `main`. */
export function Panes({ list, children, aside, isChosen, back }: PanesProps) {
  const text = useText();
  const hasAside = aside !== undefined && aside !== null && aside !== false;
  return (
    <main className={styles['panes']} data-chosen={isChosen} data-aside={hasAside}>
      <div className={styles['list']}>{list}</div>
      <div className={styles['reading']}>
        {isChosen && back !== undefined && (
          <Link to={back} className={styles['back']}>
            {text('ui.back')}
          </Link>
        )}
        {children}
      </div>
      {hasAside && <div className={styles['aside']}>{aside}</div>}
    </main>
  );
}
