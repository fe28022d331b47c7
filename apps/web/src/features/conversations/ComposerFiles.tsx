import { useQuery } from '@tanstack/react-query';

import type { DraftFile } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Chip } from '../../ui/chip.js';
import { Button, Notice } from '../../ui/controls.js';
import { Progress } from '../../ui/progress.js';
import styles from './Composer.module.css';
import { useFileSize } from './fileSize.js';
import { Picture } from './Picture.js';
import type { Taking } from './useAttaching.js';

interface ComposerFilesProps {
  readonly files: readonly DraftFile[];
  readonly taking: readonly Taking[];
  /** Why something was not attached. */
  readonly refusals: readonly string[];
  /** What a screen reader says of the last change. */
  readonly said: string;
  readonly onRemove: (file: DraftFile) => void;
  readonly onStop: (id: string) => void;
  /** What had the focus is gone. */
  readonly onGone: () => void;
}

/** What goes with the message. */
export function ComposerFiles({ files, taking, refusals, said, onRemove, onStop, onGone }: ComposerFilesProps) {
  const text = useText();
  const sizeOf = useFileSize();
  return (
    <>
      {files.length > 0 && (
        <ul className={styles['chips']} aria-label={text('composer.files')}>
          {files.map((file) => (
            <li key={file.reference}>
              <Chip
                picture={<Preview file={file} />}
                onRemove={() => {
                  onRemove(file);
                  onGone();
                }}
              >
                {`${file.name} · ${sizeOf(file.size)}`}
              </Chip>
            </li>
          ))}
        </ul>
      )}
      {taking.map(({ id, name, done, size }) => (
        <div key={id} className={styles['taking']}>
          <Progress label={text('composer.taking', { name })} done={done} total={size} say={sizeOf} />
          <Button
            aria-label={text('composer.stop.of', { name })}
            onPress={() => {
              onStop(id);
              onGone();
            }}
          >
            {text('composer.stop')}
          </Button>
        </div>
      ))}
      {refusals.map((words) => (
        <Notice key={words}>{words}</Notice>
      ))}
      <p role="status" className={styles['unseen']}>
        {said}
      </p>
    </>
  );
}

/** Made from the sealed file in the worker; nothing where the file is no picture that a browser draws. */
function Preview({ file: { reference, type } }: { readonly file: DraftFile }) {
  const { desk } = useSession();
  const { data: bitmap } = useQuery({
    queryKey: ['draftPictures', reference],
    queryFn: () => desk.correspondence.draftPicture(reference),
    enabled: type.startsWith('image/'),
    gcTime: 0,
  });
  return bitmap ? <Picture bitmap={bitmap} className={styles['preview']} /> : null;
}
