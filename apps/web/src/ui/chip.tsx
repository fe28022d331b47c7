import { Button } from 'react-aria-components';

import { useText } from '../text/text.js';
import styles from './chip.module.css';

interface ChipProps {
  /** Its words; a name for the button that takes it away, too. */
  readonly children: string;
  readonly onRemove?: () => void;
  /** Stands before its words, and says nothing beside them. */
  readonly picture?: React.ReactNode;
}

/** A small thing that holds: a filter, a file, a person among several. */
export function Chip({ children, onRemove, picture }: ChipProps) {
  const text = useText();
  return (
    <span className={styles['chip']}>
      {picture}
      <bdi>{children}</bdi>
      {onRemove && (
        <Button
          aria-label={text('ui.remove', { what: children })}
          onPress={onRemove}
          className={styles['remove'] ?? ''}
        >
          <span aria-hidden="true">✕</span>
        </Button>
      )}
    </span>
  );
}
