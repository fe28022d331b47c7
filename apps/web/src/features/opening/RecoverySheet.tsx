import { useQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import styles from './RecoverySheet.module.css';

/** The code as it is on the screen, and alone on the paper, with what whoever finds the paper in a year has to know. */
export function RecoverySheet({ groups }: { readonly groups: readonly string[] }) {
  const { desk } = useSession();
  const text = useText();
  const intl = useIntl();
  const { data: identity } = useQuery({ queryKey: ['identity'], queryFn: () => desk.opening.whoami() });
  return (
    <section className={styles['paper']} aria-label={text('recovery.code')}>
      <div className={styles['printed']}>
        <h2>{text('recovery.paper.title')}</h2>
        <p dir="auto">{identity && `${identity.personName} · ${identity.ministryName}`}</p>
        <p dir="ltr">{identity?.server}</p>
        <p>{text('recovery.paper.made', { date: intl.formatDate(new Date(), { dateStyle: 'long' }) })}</p>
      </div>
      <ol className={styles['groups']} dir="ltr">
        {groups.map((group, index) => (
          <li key={index}>
            <span className={styles['number']} aria-hidden="true">
              {index + 1}
            </span>
            {group}
          </li>
        ))}
      </ol>
      <p className={styles['printed']}>{text('recovery.paper.use')}</p>
    </section>
  );
}
