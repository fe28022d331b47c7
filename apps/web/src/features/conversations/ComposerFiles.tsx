import type { DraftFile } from '#client';

import { useText } from '../../text/text.js';
import { Chip } from '../../ui/chip.js';
import styles from './Composer.module.css';
import { useFileSize } from './fileSize.js';

interface ComposerFilesProps {
  readonly files: readonly DraftFile[];
  /** Names of files that are being sealed. */
  readonly taking: readonly string[];
  readonly onRemove: (reference: string) => void;
}

/** What goes with the message. */
export function ComposerFiles({ files, taking, onRemove }: ComposerFilesProps) {
  const text = useText();
  const sizeOf = useFileSize();
  if (files.length + taking.length === 0) return null;
  return (
    <div className={styles['chips']}>
      {files.map(({ reference, name, size }) => (
        <Chip
          key={reference}
          onRemove={() => {
            onRemove(reference);
          }}
        >
          {`${name} · ${sizeOf(size)}`}
        </Chip>
      ))}
      {taking.map((name) => (
        <Chip key={name}>{text('composer.taking', { name })}</Chip>
      ))}
    </div>
  );
}
