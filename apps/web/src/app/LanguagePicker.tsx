import { useIntl } from 'react-intl';

import { LANGUAGES, useLanguageChoice } from '../text/text.js';
import type { Language } from '../text/text.js';
import styles from './Frame.module.css';

/** Languages under their own names; a plain list of the browser's own, which everybody can use. */
export function LanguagePicker() {
  const { locale } = useIntl();
  const choose = useLanguageChoice();
  return (
    <select
      aria-label={LANGUAGES[locale as Language]}
      className={styles['language']}
      value={locale}
      onChange={(event) => {
        choose(event.target.value as Language);
      }}
    >
      {Object.entries(LANGUAGES).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  );
}
