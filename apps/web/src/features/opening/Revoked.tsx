import { LanguagePicker } from '../../app/LanguagePicker.js';
import { useText } from '../../text/text.js';
import styles from './Opening.module.css';

export function Revoked() {
  const text = useText();
  return (
    <main className={styles['place']}>
      <section className={styles['sheet']}>
        <h1>{text('opening.revoked.title')}</h1>
        <p>{text('opening.revoked.why')}</p>
      </section>
      <LanguagePicker />
    </main>
  );
}
