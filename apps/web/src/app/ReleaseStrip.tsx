import { useText } from '../text/text.js';
import { Button } from '../ui/controls.js';
import styles from './Frame.module.css';
import { useNewRelease } from './release.js';

/** Says that there is a new release; the person chooses the moment. */
export function ReleaseStrip() {
  const text = useText();
  const take = useNewRelease();
  return (
    <div role="status">
      {take && (
        <div className={styles['strip']}>
          <p>{text('frame.release')}</p>
          <Button onPress={take}>{text('frame.release.do')}</Button>
        </div>
      )}
    </div>
  );
}
